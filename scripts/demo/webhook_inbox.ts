/** The receiving side of webhooks, as a customer would write it: keeps what comes, verifies by the Standard Webhooks rules. */
export interface Delivery {
  id: string;
  type: string;
  body: string;
  verified: boolean;
}

export class WebhookInbox {
  readonly deliveries: Delivery[] = [];
  #secret = "";
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      const body = await request.text();
      const verified = await this.#verify(request.headers, body);
      this.deliveries.push({
        id: request.headers.get("webhook-id") ?? "",
        type: JSON.parse(body).type,
        body,
        verified,
      });
      return new Response(null, { status: verified ? 204 : 401 });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/hook`;
  }

  trust(secret: string): void {
    this.#secret = secret;
  }

  async #verify(headers: Headers, body: string): Promise<boolean> {
    const id = headers.get("webhook-id"), timestamp = headers.get("webhook-timestamp");
    if (!id || !timestamp || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
    const secret = Uint8Array.fromBase64(this.#secret.replace(/^whsec_/, ""));
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${id}.${timestamp}.${body}`));
    return (headers.get("webhook-signature") ?? "").split(" ").includes(`v1,${new Uint8Array(mac).toBase64()}`);
  }

  async close(): Promise<void> {
    await this.#server.shutdown();
  }
}
