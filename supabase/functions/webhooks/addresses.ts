// Which IP addresses lie on the public internet: IANA's special-purpose registries, as ml_private.is_private_address has them.

const specialV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
].map(network);

// Inside global unicast: what is reserved, documentation, and tunnels that carry an IPv4 address (Teredo, 6to4).
const globalUnicast = network("2000::/3");
const specialV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map(
  network,
);

interface Address {
  bits: 32 | 128;
  value: bigint;
}

interface Network extends Address {
  prefix: number;
}

function network(text: string): Network {
  const [address, prefix] = text.split("/");
  return { ...parseAddress(address!)!, prefix: Number(prefix) };
}

/** The address, or undefined for anything but its full textual form. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(":")) {
    const value = parseV4(text);
    return value === undefined ? undefined : { bits: 32, value };
  }
  const value = parseV6(text);
  return value === undefined ? undefined : { bits: 128, value };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (
    parts.length !== 4 ||
    !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  ) return;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseV6(text: string): bigint | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (embedded) {
    const v4 = parseV4(embedded[2]!);
    if (v4 === undefined) return;
    text = `${embedded[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  }
  const halves = text.split("::");
  if (halves.length > 2) return;
  const [head, tail] = halves.map((half) => half === "" ? [] : half.split(":"));
  const missing = 8 - head!.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return;
  const groups = [
    ...head!,
    ...Array<string>(tail ? missing : 0).fill("0"),
    ...(tail ?? []),
  ];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return;
  return groups.reduce(
    (value, group) => (value << 16n) | BigInt(`0x${group}`),
    0n,
  );
}

function contains(network: Network, address: Address): boolean {
  const shift = BigInt(network.bits - network.prefix);
  return network.bits === address.bits &&
    network.value >> shift === address.value >> shift;
}

/** False also for what is no address. */
export function isPublicAddress(text: string): boolean {
  const address = parseAddress(text);
  if (!address) return false;
  if (address.bits === 32) {
    return !specialV4.some((special) => contains(special, address));
  }
  return contains(globalUnicast, address) &&
    !specialV6.some((special) => contains(special, address));
}
