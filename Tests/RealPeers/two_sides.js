// Connections whose page tells the server its own side, with the function that Docs/client-reports.md gives to page authors.
(() => {
  const lines = (sdp, keep) => sdp.split('\r\n').filter(keep).join('\r\n');
  const isCandidate = (line) => line.startsWith('a=candidate:');
  const post = async (sdp) => {
    const response = await fetch('/v1/sessions', { method: 'POST', body: sdp, headers: { 'Content-Type': 'application/sdp' } });
    if (response.status !== 201) throw new Error(`POST: ${response.status} ${await response.text()}`);
    return { location: response.headers.get('location'), answer: await response.text() };
  };
  const made = {};

  const begin = async (name, keep = () => true) => {
    const pc = new RTCPeerConnection();
    const reporter = window.report(pc);
    const channel = pc.createDataChannel('two sides');
    await pc.setLocalDescription();
    await new Promise((resolve) => {
      if (pc.iceGatheringState === 'complete') return resolve();
      pc.addEventListener('icegatheringstatechange', () => pc.iceGatheringState === 'complete' && resolve());
    });
    const session = await post(lines(pc.localDescription.sdp, keep));
    Object.assign(session, { id: session.location.split('/').pop() });
    made[name] = { pc, reporter, channel, session };
    return made[name];
  };
  const url = ({ session }) => `${session.location}/client-report`;
  const told = async (response) => ({ status: response.status, body: await response.json() });

  Object.assign(window.peers, {
    /// Connects, with both ends on one address, and tells.
    async tellHealthy({ name = 'h', only, say = 3 }) {
      const isAllowed = (line) => !isCandidate(line) || line.split(' ')[4] === only || line.split(' ')[4].endsWith('.local');
      const connection = await begin(name, isAllowed);
      const { pc, channel, session } = connection;
      const opened = new Promise((resolve) => { channel.onopen = resolve; });
      await pc.setRemoteDescription({ type: 'answer', sdp: lines(session.answer, isAllowed) });
      await opened;
      for (let index = 0; index < say; index++) {
        const back = new Promise((resolve) => { channel.onmessage = resolve; });
        channel.send(`message ${index}`);
        await back;
      }
      return { id: session.id, ...(await told(await connection.reporter.to(url(connection)))) };
    },

    /// Announces no address, and looks for the server where nobody answers.
    async tellBlocked({ name = 'b', port }) {
      const connection = await begin(name, (line) => !isCandidate(line));
      const { pc, session } = connection;
      const sdp = session.answer.split('\r\n').filter((line) => !isCandidate(line) || line.includes(' 127.0.0.1 '))
        .map((line) => { const part = line.split(' '); if (isCandidate(line)) part[5] = port; return part.join(' '); }).join('\r\n');
      await pc.setRemoteDescription({ type: 'answer', sdp });
      return { id: session.id, ...(await told(await connection.reporter.to(url(connection)))) };
    },

    /// Never applies the answer, or one that cannot be read.
    async tellUnanswered({ name = 'u', broken = false }) {
      const connection = await begin(name);
      let error = null;
      if (broken) {
        try {
          await connection.pc.setRemoteDescription({ type: 'answer', sdp: connection.session.answer.replace('m=application', 'm=nonsense') });
        } catch (caught) { error = String(caught); }
      }
      return { id: connection.session.id, error, ...(await told(await connection.reporter.to(url(connection)))) };
    },

    async tell({ name }) { return told(await made[name].reporter.send()); },

    /// One side's own report, as the page sees it.
    async statistics({ name }) { return Object.fromEntries(await made[name].pc.getStats()); },

    async tellEnd({ name }) { await made[name].pc.close(); return true; },
  });
  return true;
})()
