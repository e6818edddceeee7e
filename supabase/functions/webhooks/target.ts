// Where a delivery may go. The database judged the address when it was registered; names are resolved and judged here, at every attempt.
import { isPublicAddress, parseAddress } from "./addresses.ts";

export interface Target {
  url: URL;
  port: number;
  /** To connect to, in this order. Connecting by address, not by name, leaves no second look-up that could answer otherwise. */
  addresses: string[];
}

export type Resolve = (name: string) => Promise<string[]>;

/** Why nothing is sent there. */
export class RefusedTarget extends Error {
  override name = "RefusedTarget";
}

export async function resolveTarget(
  address: string,
  o: { local: boolean; resolve: Resolve },
): Promise<Target> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new RefusedTarget("the address is no http address");
  }
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (o.local) return { url, port, addresses: [host] };
  if (url.protocol !== "https:") {
    throw new RefusedTarget("the address is not https");
  }
  if (port !== 443 && port < 1024) {
    throw new RefusedTarget(`port ${port} is not for webhooks`);
  }
  const addresses = parseAddress(host) ? [host] : await o.resolve(host);
  if (addresses.length === 0) {
    throw new RefusedTarget(`the name ${host} has no address`);
  }
  // One private address among public ones is reason enough: which one would be taken is the attacker's choice.
  const refused = addresses.find((each) => !isPublicAddress(each));
  if (refused !== undefined) {
    throw new RefusedTarget(
      `${host} is at ${refused}, which is no public address`,
    );
  }
  return { url, port, addresses };
}
