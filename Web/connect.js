// A first session without anything at hand: this browser offers a data channel and talks to its echo.
import { Failure, url } from './api.js';
import { token } from './token.js';

const SAY_EVERY_MS = 1000;
const connections = new Map();

/// Connects this browser and returns the id of the session, also where the offer was refused.
export async function connectHere() {
  const peer = new RTCPeerConnection();
  const channel = peer.createDataChannel('hello from the page');
  await peer.setLocalDescription();
  await gathered(peer);
  const secret = token.get();
  const response = await fetch(url('v1/sessions'), {
    method: 'POST', body: peer.localDescription.sdp, headers: { 'Content-Type': 'application/sdp', ...(secret ? { Authorization: `Bearer ${secret}` } : {}) },
  });
  if (!response.ok) {
    peer.close();
    const problem = await response.json().catch(() => ({}));
    if (problem.instance) return last(problem.instance);
    throw new Failure(response.status, problem.title ?? response.statusText, problem.detail ?? `The server answered with ${response.status}.`);
  }
  const id = last(response.headers.get('Location'));
  await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
  connections.set(id, peer);
  let count = 0;
  let timer = null;
  channel.onopen = () => { timer = setInterval(() => channel.send(`message ${++count}`), SAY_EVERY_MS); };
  channel.onclose = () => {
    clearInterval(timer);
    peer.close();
    connections.delete(id);
  };
  return id;
}

// Who leaves says goodbye.
window.addEventListener('pagehide', () => { for (const peer of connections.values()) peer.close(); });

const last = (path) => path.split('/').at(-1);

/// Resolves when all candidates are there, or after a second with those that are.
function gathered(peer) {
  return new Promise((resolve) => {
    const look = () => { if (peer.iceGatheringState === 'complete') resolve(); };
    peer.addEventListener('icegatheringstatechange', look);
    setTimeout(resolve, 1000);
    look();
  });
}
