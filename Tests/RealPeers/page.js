// What a page does in these tests, the same in every browser. Injected into a page of the server's own origin.
(() => {
  const connections = {};

  /// Rejects when `promise` takes longer than `seconds`.
  const within = (seconds, what, promise) => {
    let timer;
    const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`after ${seconds} s still not: ${what}`)), seconds * 1000); });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  };

  /// Resolves when `test()` is true, asked again at each of `events` of `target`.
  const until = (target, events, test, what, seconds = 20) => within(seconds, what, new Promise((resolve) => {
    const look = () => { if (test()) { for (const event of events) target.removeEventListener(event, look); resolve(); } };
    for (const event of events) target.addEventListener(event, look);
    look();
  }));

  const isAllowed = (address, only) => !only || address === only || address.endsWith('.local');

  /// A description with only those candidates whose address is `only`; names that hide an address stay.
  const restricted = (sdp, only) => sdp.split('\r\n')
    .filter((line) => !line.startsWith('a=candidate:') || isAllowed(line.split(' ')[4], only)).join('\r\n');

  const lines = (sdp, prefix) => sdp.split(/\r?\n/).filter((line) => line.startsWith(prefix));

  /// RFC 8840: the credentials and candidates of a description as a fragment.
  const fragment = (sdp, { candidates = lines(sdp, 'a=candidate:'), end = true } = {}) => [
    ...lines(sdp, 'a=ice-options:').slice(0, 1), lines(sdp, 'a=ice-ufrag:')[0], lines(sdp, 'a=ice-pwd:')[0], ...lines(sdp, 'a=group:BUNDLE'),
    lines(sdp, 'm=')[0], lines(sdp, 'a=mid:')[0], ...new Set(candidates), ...(end ? ['a=end-of-candidates'] : []), ''].join('\r\n');

  const patch = (connection, body, ifMatch, type = 'application/trickle-ice-sdpfrag') => fetch(connection.location, {
    method: 'PATCH', body, headers: { 'Content-Type': type, ...(ifMatch === null ? {} : { 'If-Match': ifMatch ?? connection.etag }) } });

  const make = async (kind) => {
    const pc = new RTCPeerConnection();
    if (kind === 'media') {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      for (const track of stream.getTracks()) pc.addTrack(track, stream);
    }
    return pc;
  };

  const gathered = (pc) => until(pc, ['icegatheringstatechange'], () => pc.iceGatheringState === 'complete', 'gathering complete', 10);

  const post = async (sdp) => {
    const response = await fetch('/v1/sessions', { method: 'POST', body: sdp, headers: { 'Content-Type': 'application/sdp' } });
    const answer = await response.text();
    const headers = Object.fromEntries(response.headers);
    if (response.status !== 201) throw new Error(`POST: ${response.status} ${answer}`);
    return { answer, headers, location: headers.location, etag: headers.etag, id: headers.location.split('/').pop() };
  };

  const report = ({ id, location, etag, offer, answer, headers }) => ({ id, location, etag, offer, answer, headers });

  /// Sends and waits for the same to come back.
  const echoed = (channel, payload, seconds = 20) => within(seconds, `echo of ${describe(payload)} on ${channel.label}`, new Promise((resolve, reject) => {
    channel.onmessage = ({ data }) => { channel.onmessage = null; same(payload, data) ? resolve() : reject(new Error(`${describe(payload)} came back as ${describe(data)}`)); };
    channel.onclose = () => reject(new Error(`${channel.label} was closed`));
    channel.send(payload);
  }));

  const describe = (payload) => typeof payload === 'string' ? `text of ${payload.length}` : `binary of ${payload.byteLength}`;
  const same = (sent, received) => {
    if (typeof sent === 'string' || typeof received === 'string') return sent === received;
    const [left, right] = [new Uint8Array(sent), new Uint8Array(received)];
    return left.length === right.length && left.every((byte, index) => byte === right[index]);
  };
  const binary = (size) => Uint8Array.from({ length: size }, (_, index) => (index * 31 + size) & 0xff).buffer;
  const text = (size) => 'aé中🦊'.repeat(Math.ceil(size / 5)).slice(0, Math.ceil(size / 2));
  const opened = (channel) => until(channel, ['open'], () => channel.readyState === 'open', `channel ${channel.label} open`);

  window.peers = {
    /// Connects and waits until it is: {name, kind: 'data' | 'media', only: address}.
    async connect({ name = 'a', kind = 'data', only = null }) {
      const pc = await make(kind);
      const connection = connections[name] = { pc, channel: pc.createDataChannel('first') };
      connection.channel.binaryType = 'arraybuffer';
      await pc.setLocalDescription();
      await gathered(pc);
      connection.offer = restricted(pc.localDescription.sdp, only);
      Object.assign(connection, await post(connection.offer));
      await pc.setRemoteDescription({ type: 'answer', sdp: restricted(connection.answer, only) });
      await until(pc, ['connectionstatechange'], () => pc.connectionState === 'connected', 'connected');
      await opened(connection.channel);
      await echoed(connection.channel, `hello from ${name}`);
      return report(connection);
    },

    /// Offers before it has gathered, and sends each candidate by PATCH. Returns the status of each.
    async connectByTrickle({ name = 'a', only = null, sends = true }) {
      const pc = await make('data');
      const connection = connections[name] = { pc, channel: pc.createDataChannel('first') };
      connection.channel.binaryType = 'arraybuffer';
      const waiting = [];
      const statuses = [];
      let flush = () => {};
      pc.addEventListener('icecandidate', ({ candidate }) => { waiting.push(candidate); flush(); });
      await pc.setLocalDescription();
      connection.offer = restricted(pc.localDescription.sdp, 'none of them').replace(/a=end-of-candidates\r\n/g, '');
      Object.assign(connection, await post(connection.offer));
      await pc.setRemoteDescription({ type: 'answer', sdp: restricted(connection.answer, only) });
      let sending = Promise.resolve();
      const finished = new Promise((resolve, reject) => {
        flush = () => {
          while (waiting.length) {
            const candidate = waiting.shift();
            if (candidate?.candidate && !isAllowed(candidate.candidate.split(' ')[4], only)) continue;
            const isEnd = !candidate || !candidate.candidate;
            const body = fragment(connection.offer, { candidates: isEnd ? [] : [`a=${candidate.candidate}`], end: isEnd });
            if (sends) sending = sending.then(async () => {
              const response = await patch(connection, body);
              statuses.push([response.status, response.headers.get('etag'), await response.text()]);
            });
            if (!candidate) sending.then(resolve, reject);
          }
        };
      });
      flush();
      await within(15, 'all candidates sent', finished);
      await until(pc, ['connectionstatechange'], () => pc.connectionState === 'connected', 'connected');
      await opened(connection.channel);
      await echoed(connection.channel, 'hello by trickle');
      return { ...report(connection), statuses };
    },

    /// Restarts ICE in mid-flight and shows that the channel goes on, over a pair of the new generation.
    async restart({ name = 'a', only = null }) {
      const connection = connections[name];
      const { pc } = connection;
      pc.restartIce();
      await pc.setLocalDescription();
      await gathered(pc);
      const response = await patch(connection, fragment(restricted(pc.localDescription.sdp, only)), '*');
      const body = await response.text();
      if (response.status !== 200) throw new Error(`PATCH: ${response.status} ${body}`);
      const etag = response.headers.get('etag');
      const [ufrag, pwd] = [lines(body, 'a=ice-ufrag:')[0], lines(body, 'a=ice-pwd:')[0]];
      const answer = connection.answer.replace(/a=ice-ufrag:.*/g, ufrag).replace(/a=ice-pwd:.*/g, pwd)
        .split('\r\n').filter((line) => !line.startsWith('a=candidate:') && line !== 'a=end-of-candidates')
        .flatMap((line) => line === ufrag ? [...lines(body, 'a=candidate:'), line] : [line]).join('\r\n');
      const during = echoed(connection.channel, binary(20_000));
      await pc.setRemoteDescription({ type: 'answer', sdp: restricted(answer, only) });
      await during;
      await until(pc, ['iceconnectionstatechange', 'connectionstatechange'], () => ['connected', 'completed'].includes(pc.iceConnectionState), 'connected again');
      await echoed(connection.channel, 'after the restart');
      const [before, old] = [connection.etag, lines(connection.answer, 'a=ice-ufrag:')[0]];
      Object.assign(connection, { etag, answer });
      return { etag, before, type: response.headers.get('content-type'), fragment: body, ufrag, old };
    },

    /// A PATCH by hand: what it answers. `ifMatch` null leaves the header out.
    async patch({ name = 'a', body = null, ifMatch, type }) {
      const connection = connections[name];
      const response = await patch(connection, body ?? fragment(connection.offer), ifMatch, type);
      return { status: response.status, body: await response.text(), headers: Object.fromEntries(response.headers) };
    },

    /// Opens a channel with these options, sends every kind and size over it one by one, and closes it.
    async echo({ name = 'a', label = 'echo', options = {}, sizes }) {
      const channel = connections[name].pc.createDataChannel(label, options);
      channel.binaryType = 'arraybuffer';
      await opened(channel);
      const payloads = ['', new ArrayBuffer(0), 'text', ...sizes.flatMap((size) => [binary(size), text(size)])];
      for (const payload of payloads) await echoed(channel, payload);
      channel.onclose = null;
      const id = channel.id;
      channel.close();
      await until(channel, ['close'], () => channel.readyState === 'closed', `channel ${label} closed`);
      return { id, sent: payloads.length, ordered: channel.ordered, maxRetransmits: channel.maxRetransmits, maxPacketLifeTime: channel.maxPacketLifeTime };
    },

    /// Opens `count` channels at once, each with a message of its own, and keeps them.
    async many({ name = 'a', count }) {
      const connection = connections[name];
      connection.many = Array.from({ length: count }, (_, index) => connection.pc.createDataChannel(`many ${index}`, { ordered: index % 2 === 0 }));
      await Promise.all(connection.many.map(async (channel, index) => { await opened(channel); await echoed(channel, `message of channel ${index}`); }));
      return connection.many.map((channel) => channel.id);
    },

    /// Sends a batch without waiting, and waits for the whole of it.
    async flood({ name = 'a', count, size }) {
      const { channel } = connections[name];
      const payload = binary(size);
      let back = 0;
      const all = new Promise((resolve, reject) => {
        channel.onmessage = ({ data }) => { if (!same(payload, data)) reject(new Error('not what was sent')); if (++back === count) resolve(); };
      });
      for (let index = 0; index < count; index++) channel.send(payload);
      await within(30, `${count} messages back`, all);
      return back;
    },

    /// The whole of getStats, by id.
    async stats({ name = 'a' }) {
      return Object.fromEntries([...await connections[name].pc.getStats()].map(([id, entry]) => [id, { ...entry }]));
    },

    async say({ name = 'a', text = 'still here' }) { await echoed(connections[name].channel, text); return true; },

    /// Waits until this side knows that the connection ended, and says by what.
    async noticeEnd({ name = 'a', seconds = 10 }) {
      const { pc, channel } = connections[name];
      await within(seconds, 'the end noticed', Promise.race([
        until(pc, ['connectionstatechange'], () => ['closed', 'failed', 'disconnected'].includes(pc.connectionState), 'state', seconds),
        until(channel, ['close'], () => channel.readyState === 'closed', 'channel', seconds)]));
      return { connection: pc.connectionState, channel: channel.readyState };
    },

    states({ name = 'a' }) {
      const { pc } = connections[name];
      return { signaling: pc.signalingState, gathering: pc.iceGatheringState, ice: pc.iceConnectionState, connection: pc.connectionState, sctp: pc.sctp?.state, maxMessageSize: pc.sctp?.maxMessageSize };
    },

    end({ name = 'a' }) { connections[name].pc.close(); return true; },
  };
  return navigator.userAgent;
})()
