// node --require: writes the name of every host that the process looks up, and every address that it connects to without a name, to HOSTS_FILE.
const { appendFileSync } = require('node:fs');
const dns = require('node:dns');
const net = require('node:net');

const note = (name) => appendFileSync(process.env.HOSTS_FILE, `${name}\n`);
for (const holder of [dns, dns.promises]) {
  const { lookup } = holder;
  holder.lookup = (name, ...rest) => {
    note(name);
    return lookup(name, ...rest);
  };
}
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...given) {
  const [options] = Array.isArray(given[0]) ? given[0] : given;
  const host = typeof options === 'object' ? options?.host : given[1];
  if (host !== undefined && net.isIP(host) === 0) note(host);
  return connect.apply(this, given);
};
