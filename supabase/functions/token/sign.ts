// Signs JWTs with the project's own key, the private half of one that was imported into it (or, on a local stack, its secret).
import { importJWK, type JWK, SignJWT } from "jose";
import { ApiError } from "../_shared/errors.ts";

export interface Claims {
  role: string;
  sub: string;
  ml_token: string;
}

export type Sign = (claims: Claims, seconds: number) => Promise<string>;

const remedy =
  "set the secret ML_SIGNING_KEY to the private key that `supabase gen signing-key` made and the project has imported";

/** `key` is a private JWK as JSON, with `kid` and `alg`: what verifies a token finds the key by its name. */
export function signerWith(key: string | undefined, issuer: string): Sign {
  return async (claims, seconds) => {
    const { role, ml_token } = claims;
    const jwk = parse(key);
    return await new SignJWT({ role, ml_token })
      .setProtectedHeader({ alg: jwk.alg, kid: jwk.kid, typ: "JWT" })
      .setSubject(claims.sub)
      .setAudience("authenticated")
      .setIssuer(issuer)
      .setIssuedAt()
      .setExpirationTime(`${seconds} seconds`)
      .sign(await importJWK(jwk, jwk.alg));
  };
}

function parse(key: string | undefined): JWK & { alg: string; kid: string } {
  if (!key) throw new ApiError(503, "no_signing_key", "this project has no key to sign tokens with", remedy);
  let jwk: JWK;
  try {
    jwk = JSON.parse(key);
  } catch {
    // Its text is a secret: nothing of it is told.
    throw new ApiError(503, "no_signing_key", "ML_SIGNING_KEY is no JSON", remedy);
  }
  if (typeof jwk.alg !== "string" || typeof jwk.kid !== "string" || !("d" in jwk || "k" in jwk)) {
    throw new ApiError(503, "no_signing_key", "ML_SIGNING_KEY is no private key with alg and kid", remedy);
  }
  return jwk as JWK & { alg: string; kid: string };
}
