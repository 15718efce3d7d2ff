// Put before a client by `node --require`: it asks this machine and nobody else, as behind a
// firewall. Datasets link to terms and portals all over the web.
const { fetch } = globalThis;

globalThis.fetch = async (input, init) => {
  const { hostname } = new URL(input instanceof Request ? input.url : input);
  if (hostname !== '127.0.0.1') {
    throw new TypeError(`${hostname} is not on this machine`);
  }
  return await fetch(input, init);
};
