import { UserError } from "./errors.ts";

/** Who the database server runs as. Undefined members mean "as we are". */
export interface ServerUser {
  name: string;
  uid?: number;
  gid?: number;
}

/** PostgreSQL refuses to run as root; then a system user is borrowed. */
export async function serverUser(): Promise<ServerUser> {
  if (Deno.uid() !== 0) return { name: "you" };
  const entries = (await Deno.readTextFile("/etc/passwd")).split("\n").map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const entry = entries.find((fields) => fields[0] === name);
    if (entry) return { name, uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new UserError(
    "PostgreSQL does not run as root and there is no user postgres or nobody to run it as: " +
      "run the command as an ordinary user.",
  );
}

/** Whether the user may pass through every folder down to `path`. */
export async function mayTraverse(user: ServerUser, path: string): Promise<boolean> {
  if (user.uid === undefined) return true;
  const parts = path.split("/").filter((part) => part !== "");
  for (let i = 0; i <= parts.length; i++) {
    let info: Deno.FileInfo;
    try {
      info = await Deno.stat("/" + parts.slice(0, i).join("/"));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return true;
      throw error;
    }
    const mode = info.mode ?? 0;
    const bit = info.uid === user.uid ? 0o100 : info.gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
  }
  return true;
}
