// Names to addresses. IPv4 first: edge functions have no IPv6 of their own everywhere.

const timeoutMs = 5000;

export async function resolveDns(name: string): Promise<string[]> {
  const found = await Promise.all(
    (["A", "AAAA"] as const).map((type) => query(name, type)),
  );
  return found.flat();
}

async function query(name: string, type: "A" | "AAAA"): Promise<string[]> {
  try {
    return await Deno.resolveDns(name, type, {
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    // A name may have addresses of one kind only.
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
