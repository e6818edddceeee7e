import { messageOf, UserError } from "./errors.ts";
import { commandOf } from "./port_holder.ts";

/** Keeps a folder of data for this stack alone: two databases on one folder would spoil it. The system lets go of it when the process ends. */
export async function holdDataFolder(folder: string): Promise<() => Promise<void>> {
  const path = `${folder}/stack.pid`;
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(folder, { recursive: true });
    file = await Deno.open(path, { create: true, read: true, write: true });
  } catch (error) {
    throw new UserError(`Cannot keep data in ${folder}: ${messageOf(error)}`);
  }
  if (!await file.tryLock(true)) {
    file.close();
    throw new UserError(
      `Cannot start: ${folder} is in use by ${await holderOf(path)}; end it, or name another folder.`,
    );
  }
  await file.truncate(0);
  await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  return async () => {
    await file.unlock();
    file.close();
  };
}

async function holderOf(path: string): Promise<string> {
  const pid = (await Deno.readTextFile(path)).trim();
  if (!pid) return "another stack";
  const command = await commandOf(Number(pid));
  return `process ${pid}${command ? ` (${command})` : ""}`;
}
