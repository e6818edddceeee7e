// Which addresses webhooks may go to, in the function and in the database alike.
import { assertEquals, assertRejects } from "@std/assert";
import { isPublicAddress, parseAddress } from "../../supabase/functions/webhooks/addresses.ts";
import { RefusedTarget, resolveTarget } from "../../supabase/functions/webhooks/target.ts";
import { withTestDatabase } from "../support/database.ts";

const publicOnes = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.1.1", "223.255.255.255"]
  .concat("2606:4700:4700::1111", "2a00:1450:4001:81b::200e");
const privateOnes = ["0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254"]
  .concat("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.170", "192.0.2.1", "192.168.0.1", "198.18.0.1")
  .concat("198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255")
  .concat("::", "::1", "::ffff:8.8.8.8", "::ffff:7f00:1", "64:ff9b::1", "64:ff9b::8.8.8.8", "100::1", "2001::1")
  .concat("2001:db8::1", "2002:7f00:1::", "3fff::1", "4000::1", "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1");

Deno.test("public addresses are public, special ones are not", () => {
  assertEquals(publicOnes.filter((each) => !isPublicAddress(each)), []);
  assertEquals(privateOnes.filter(isPublicAddress), []);
});

Deno.test("what is no address in its full form is none", () => {
  const none = ["", "localhost", "127.1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "0x7f.0.0.1", "2130706433"]
    .concat(":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::1", "::1%eth0", "::1.2.3")
    .concat("1:2:3:4:5:6:7::8:9");
  assertEquals(none.filter((each) => parseAddress(each) !== undefined), []);
});

Deno.test("every way of writing an IPv6 address means the same", () => {
  const forms = ["1:2::7:8", "1:2:0:0:0:0:7:8", "0001:0002::0007:0008", "1:2:0::0.7.0.8"];
  assertEquals(new Set(forms.map((each) => parseAddress(each)!.value)).size, 1);
});

/** Near the borders of every network as well as anywhere. */
function sampleAddresses(): string[] {
  const v4 = [0, 10, 11, 100, 127, 128, 169, 172, 192, 198, 203, 223, 224, 240, 255].flatMap((first) =>
    [0, 15, 16, 18, 19, 20, 31, 32, 51, 63, 64, 88, 127, 128, 168, 254, 255].flatMap((second) =>
      [0, 2, 99, 100, 113, 255].map((third) => `${first}.${second}.${third}.1`)
    )
  );
  const heads = ["0", "64", "100", "1fff", "2000", "2001", "2002", "2003", "3ffe", "3fff", "4000", "fbff", "fc00"];
  const v6 = heads.flatMap((first) =>
    ["0", "1", "db8", "1ff", "200", "fff", "1000", "ff9b", "ffff"].map((second) => `${first}:${second}::1`)
  );
  return [...v4, ...v6, ...publicOnes, ...privateOnes];
}

Deno.test("the function and the database judge every address alike", async () => {
  await withTestDatabase({ name: "webhook_addresses" }, async ({ sql }) => {
    const addresses = sampleAddresses();
    const rows = await sql<{ address: string; is_private: boolean }[]>`
      select a as address, ml_private.is_private_address(a::inet) as is_private from unnest(${addresses}::text[]) a`;
    assertEquals(rows.length, addresses.length);
    assertEquals(rows.filter((row) => isPublicAddress(row.address) === row.is_private), []);
  });
});

const open = { local: false, resolve: () => Promise.resolve(["8.8.8.8"]) };

Deno.test("a name's addresses are what is connected to", async () => {
  const target = await resolveTarget("https://a.example.com:8443/x?y#z", {
    local: false,
    resolve: (name) => Promise.resolve(name === "a.example.com" ? ["8.8.8.8", "1.1.1.1"] : []),
  });
  assertEquals([target.port, target.addresses, target.url.pathname], [8443, ["8.8.8.8", "1.1.1.1"], "/x"]);
});

const refused: [address: string, reason: RegExp][] = [
  ["http://a.example.com/", /not https/],
  ["ftp://a.example.com/", /no http address/],
  ["https://user:pass@a.example.com/", /no http address/],
  ["nonsense", /no http address/],
  ["https://a.example.com:25/", /port 25/],
  ["https://127.0.0.1/", /127\.0\.0\.1/],
  ["https://2130706433/", /127\.0\.0\.1/],
  ["https://0x7f.1/", /127\.0\.0\.1/],
  ["https://0177.0.0.1/", /127\.0\.0\.1/],
  ["https://[::1]/", /::1/],
  ["https://[::ffff:10.0.0.1]/", /no public address/],
];

for (const [address, reason] of refused) {
  Deno.test(`${address} is refused`, async () => {
    const error = await assertRejects(() => resolveTarget(address, open), RefusedTarget);
    if (!reason.test(error.message)) throw new Error(`refused for another reason: ${error.message}`);
  });
}

Deno.test("a name with one private address among public ones is refused", async () => {
  for (const bad of ["10.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:192.168.0.1", "not an address"]) {
    await assertRejects(
      () => resolveTarget("https://a.example.com/", { local: false, resolve: () => Promise.resolve(["8.8.8.8", bad]) }),
      RefusedTarget,
    );
  }
});

Deno.test("a name without address is refused", async () => {
  await assertRejects(
    () => resolveTarget("https://a.example.com/", { local: false, resolve: () => Promise.resolve([]) }),
    RefusedTarget,
    "has no address",
  );
});

Deno.test("a local stack sends to itself without looking anything up", async () => {
  const resolve = () => Promise.reject(new Error("looked up"));
  for (const address of ["http://127.0.0.1:8000/x", "http://localhost:8000/", "http://[::1]:8000/"]) {
    const target = await resolveTarget(address, { local: true, resolve });
    assertEquals(target.port, 8000);
  }
});
