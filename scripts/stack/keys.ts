import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from "jose";

export interface StackKeys {
  publishableKey: string;
  secretKey: string;
  jwtSecret: string;
}

/** Fresh keys for one local stack, in the forms that Supabase gives them. */
export function makeKeys(): StackKeys {
  const random = (bytes: number) =>
    crypto.getRandomValues(new Uint8Array(bytes)).toBase64({ alphabet: "base64url", omitPadding: true });
  return {
    publishableKey: `sb_publishable_${random(24)}`,
    secretKey: `sb_secret_${random(24)}`,
    jwtSecret: random(48),
  };
}

// @supabase/server refuses a token whose header names no key.
const keyId = "local";

export interface Claims {
  role: string;
  /** every token needs one: @supabase/server refuses a token without */
  sub: string;
  /** a time span as jose reads it, such as "1h" or "10 years" */
  expiresIn?: string;
}

/** A token for the local stack, signed as its auth server signs (HS256). */
export async function signToken(secret: string, claims: Claims): Promise<string> {
  const { role, sub, expiresIn = "1h" } = claims;
  return await new SignJWT({ role })
    .setProtectedHeader({ alg: "HS256", typ: "JWT", kid: keyId })
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(expiresIn)
    .sign(new TextEncoder().encode(secret));
}

/** The secret as the key with which edge functions sign tokens. */
export function secretAsJwk(secret: string) {
  const k = new TextEncoder().encode(secret).toBase64({ alphabet: "base64url", omitPadding: true });
  return { kty: "oct", k, alg: "HS256", use: "sig", kid: keyId };
}

/** The secret as the key set with which edge functions verify tokens. */
export function secretAsJwks(secret: string): string {
  return JSON.stringify({ keys: [secretAsJwk(secret)] });
}

/**
 * The same token with the key's name in its header. The hosted platform's tokens have one, those of @supabase/lite's auth server do not,
 * and edge functions refuse a token without. What is no good is left as it is: the function says why.
 */
export async function withKeyId(secret: string, token: string): Promise<string> {
  const key = new TextEncoder().encode(secret);
  try {
    if (decodeProtectedHeader(token).kid) return token;
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"] });
    return await new SignJWT(payload).setProtectedHeader({ alg: "HS256", typ: "JWT", kid: keyId }).sign(key);
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return token;
    throw error;
  }
}
