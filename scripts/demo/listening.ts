/** A private Realtime channel, kept open while a step watches it. */
import type { Client } from "./clients.ts";

export interface Listening {
  events: { event: string; payload: Record<string, unknown> }[];
  close(): Promise<void>;
}

/** Subscribes to every broadcast of a private topic and returns once the server has let the client in. */
export async function listen(client: Client, topic: string): Promise<Listening> {
  await client.realtime.setAuth();
  const events: Listening["events"] = [];
  const channel = client.channel(topic, { config: { private: true } });
  channel.on("broadcast", { event: "*" }, ({ event, payload }) => events.push({ event, payload }));
  await new Promise<void>((resolve, reject) => {
    channel.subscribe((status, error) => {
      if (status === "SUBSCRIBED") resolve();
      else if (status !== "CLOSED") reject(new Error(`subscribe to ${topic}: ${status} ${error?.message ?? ""}`));
    });
  });
  return {
    events,
    close: async () => {
      await client.removeChannel(channel);
    },
  };
}
