// What of a session can be taken along as a file.
import { download, sessionPath } from './api.js';
import { h } from './dom.js';

const FILES = [
  ['packets', '/packets.pcapng', 'pcapng', 'Packets for Wireshark', 'The datagrams of the set-up, with a note at each'],
  ['internals', '/dump?format=webrtc-internals', 'webrtc-internals.json', 'webrtc-internals dump', 'For the importers of Chromium’s dumps'],
  ['rtcstats', '/dump?format=rtcstats', 'rtcstats', 'rtcstats file', 'Events and statistics, a line each'],
  ['offer', '/offer', 'offer.sdp', 'Offer', 'As it was posted, secrets masked'],
  ['answer', '/answer', 'answer.sdp', 'Answer', 'As it was sent, secrets masked'],
];

/// The files of a session: the packets at hand, the others in a menu. `onFailure(error | null)` says how it went.
export function files({ summary, folds }, onFailure) {
  const { id } = summary;
  const save = async (path, ending) => {
    try {
      onFailure(null);
      await download(sessionPath(id, path), `peerscope-${id}.${ending}`);
    } catch (error) {
      onFailure(error);
    }
  };
  const [packets, ...others] = FILES.filter(([name]) => !['offer', 'answer'].includes(name) || summary.links[name]);
  const button = ([name, path, ending, title, what]) => h('button', { type: 'button', id: `save-${name}`, title: what, onclick: () => save(path, ending) }, title);
  return [button(packets), h('details.menu', {
    'data-key': 'files', open: folds.get('files') ?? false, ontoggle: (event) => folds.set('files', event.currentTarget.open),
    onkeydown: (event) => {
      if (event.key !== 'Escape' || !event.currentTarget.open) return;
      event.currentTarget.open = false;
      event.currentTarget.querySelector('summary').focus();
    },
  }, h('summary.button', {}, 'Other files'), h('ul', {}, others.map((file) => h('li', { 'data-key': file[0] }, button(file), h('span.note', {}, file[4])))))];
}
