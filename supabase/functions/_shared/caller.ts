// Who asks, in the terms of the database: the role to take and the claims of the verified token.
import type { DatabaseError } from "./errors.ts";

/** Roles that a request may run as, each with the longest time that a call may take, as PostgREST holds them to it on the platform. */
export const roles = {
  anon: 3_000,
  authenticated: 8_000,
  ml_worker: 8_000,
  service_role: 8_000,
} as const;

export type Role = keyof typeof roles;

export interface Caller {
  role: Role;
  claims: Record<string, unknown>;
  /** Null for machines: a worker's `sub` names no user, and a secret key has none. */
  userId: string | null;
}

/** The holder of a secret key, and the functions themselves for what they write down. */
export const service: Caller = { role: "service_role", claims: { role: "service_role" }, userId: null };

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function isRole(name: string): name is Role {
  return Object.hasOwn(roles, name);
}

/** `claims` are those of a token that has been verified. */
export function callerOf(claims: Record<string, unknown>): Caller {
  const role = claims.role ?? "anon";
  if (typeof role !== "string" || !isRole(role)) {
    const refusal: DatabaseError = {
      code: "42501",
      message: `permission denied to set role ${JSON.stringify(role).slice(0, 100)}`,
      details: "role_not_allowed",
      hint: `a token's role is one of ${Object.keys(roles).join(", ")}`,
    };
    throw refusal;
  }
  const { sub } = claims;
  return { role, claims, userId: typeof sub === "string" && uuidPattern.test(sub) ? sub : null };
}
