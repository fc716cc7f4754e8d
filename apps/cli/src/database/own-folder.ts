import fs from 'node:fs';
import path from 'node:path';

/** What keeps PostgreSQL from starting, as a line for whoever tried: what it is, and what to do. */
export class Unstartable extends Error {}

/** PostgreSQL refuses a cluster that its group may write to, or that others may even read. */
const REFUSED_MODE = 0o027;

/** @throws Unstartable when the folder, or what a server or a gateway keeps in it, belongs to another account than `uid`. */
export function refuseOthers(folder: string, uid: number): void {
  for (const place of kept(folder)) {
    const owner = fs.lstatSync(place, { throwIfNoEntry: false })?.uid ?? uid;
    if (owner === uid) continue;
    throw new Unstartable(
      `${place} belongs to another account (${nameOf(owner) ?? `uid ${owner}`}): choose another data directory, or have root give all of this one to you (chown -R ${nameOf(uid) ?? uid} ${folder})`,
    );
  }
}

/** @throws Unstartable when there is a cluster on which PostgreSQL would not run as `uid`, and how it would. */
export function refuseUnrunnable(cluster: string, uid: number | undefined): void {
  const found = fs.statSync(cluster, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (uid !== undefined && found.uid !== uid) {
    const owner = nameOf(found.uid) ?? `uid ${found.uid}`;
    const advice = `give it to the account that does (chown -R ${nameOf(uid) ?? uid} ${cluster})`;
    throw new Unstartable(`${cluster} belongs to ${owner}, as whom PostgreSQL does not run: ${advice}`);
  }
  if ((found.mode & REFUSED_MODE) === 0) return;
  throw new Unstartable(
    `${cluster} may be read or written by other accounts, which PostgreSQL refuses: take that from them (chmod 700 ${cluster})`,
  );
}

/** The folder and two levels of it: there lie keys, settings and lists. The cluster answers for itself, and mails are many. */
function* kept(folder: string): Generator<string> {
  yield folder;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    yield place;
    if (!entry.isDirectory() || entry.name === 'pgdata' || entry.name === 'mails') continue;
    for (const name of fs.readdirSync(place)) yield path.join(place, name);
  }
}

function nameOf(uid: number): string | undefined {
  const entries = fs.existsSync('/etc/passwd') ? fs.readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  return entries.map((entry) => entry.split(':')).find(([, , id]) => id === String(uid))?.[0];
}
