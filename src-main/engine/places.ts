import { readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { FilePlace } from "../contract/copies.ts";

/** What the place of a file is judged by; from the system, or made up in tests. */
export interface PlaceFacts {
  platform: NodeJS.Platform;
  home: string;
  environment: Record<string, string | undefined>;
  /** Contents of /proc/self/mountinfo (proc(5)); empty where there is none. */
  mounts: string;
  /** Whether a block device can be taken out, as /sys/dev/block/MAJOR:MINOR says. */
  isRemovable(device: string): boolean;
}

/** Folders that a synchronising program keeps in the home folder, by the beginning of their name. */
const cloudFolders =
  /^(onedrive|dropbox|google ?drive|my drive|icloud ?drive|icloud~|mobile documents|nextcloud|owncloud|seafile|box sync|box$|pcloud|mega$|megasync|syncthing|sync$|tresorit|proton ?drive|sharepoint)/i;
/** Folders under which macOS and Windows programs mount what lies elsewhere. */
const cloudPaths = [
  ["Library", "CloudStorage"],
  ["Library", "Mobile Documents"],
];
const networkTypes = new Set([
  "nfs",
  "nfs4",
  "cifs",
  "smb3",
  "smbfs",
  "9p",
  "afs",
  "ceph",
  "glusterfs",
  "davfs",
  "fuse.sshfs",
  "fuse.rclone",
  "fuse.gvfsd-fuse",
  "fuse.davfs2",
]);
/** Sticks and cards come formatted like this; fixed disks hardly ever. */
const stickTypes = new Set(["vfat", "exfat", "msdos"]);

interface Mount {
  device: string;
  point: string;
  type: string;
}

/** Lines of mountinfo: `36 35 98:0 /root /point options - type source super`; blanks in names are octal. */
function readMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , device = "", , point = ""] = before.split(" ");
    const [type = ""] = after.split(" ");
    const plain = point.replace(/\\([0-7]{3})/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
    return point ? [{ device, point: plain, type }] : [];
  });
}

/** Whichever way the system parts folders. */
const lies = (path: string, folder: string): boolean =>
  path === folder || (path.startsWith(folder) && (/[\\/]$/.test(folder) || /^[\\/]/.test(path.slice(folder.length))));

function isInCloudFolder(path: string, { home, environment }: PlaceFacts): boolean {
  const named = [environment.OneDrive, environment.OneDriveCommercial, environment.OneDriveConsumer];
  if (named.some((folder) => folder && lies(path, folder))) return true;
  if (!lies(path, home)) return false;
  const parts = path.slice(home.length).split(/[\\/]/).filter(Boolean);
  if (cloudPaths.some((prefix) => prefix.every((part, i) => parts[i] === part))) return true;
  return parts.slice(0, -1).some((part) => cloudFolders.test(part));
}

/** Judges where a file lies. A guess on the careful side: what looks like a stick, a share or a synchronised folder is treated as one. */
export function judgePlace(path: string, facts: PlaceFacts): FilePlace {
  const { platform, mounts, home } = facts;
  if (isInCloudFolder(path, facts)) return "cloud";
  if (/^\\\\[^?.]/.test(path) || path.startsWith("//")) return "network";
  if (platform === "win32")
    return path.slice(0, 2).toLowerCase() === home.slice(0, 2).toLowerCase() ? "local" : "removable";
  if (platform === "darwin") return lies(path, "/Volumes") ? "removable" : "local";
  const mount = readMounts(mounts)
    .filter(({ point }) => lies(path, point))
    .sort((a, b) => b.point.length - a.point.length)[0];
  if (!mount) return "local";
  if (networkTypes.has(mount.type)) return "network";
  return stickTypes.has(mount.type) || facts.isRemovable(mount.device) ? "removable" : "local";
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** A partition has no flag of its own: its disk, the folder above, has it. */
function isRemovableDevice(device: string): boolean {
  const folder = join("/sys/dev/block", device);
  const flag = readQuietly(join(folder, "removable"));
  if (flag) return flag.trim() === "1";
  try {
    return readQuietly(join(dirname(realpathSync(folder)), "removable")).trim() === "1";
  } catch {
    return false;
  }
}

/** Where a file of this machine lies. */
export function placeOf(path: string): FilePlace {
  let real = resolve(path);
  try {
    real = join(realpathSync(dirname(real)), basename(real));
  } catch {
    // A folder that cannot be followed is judged by its name.
  }
  return judgePlace(real, {
    platform: process.platform,
    home: homedir(),
    environment: process.env,
    mounts: readQuietly("/proc/self/mountinfo"),
    isRemovable: isRemovableDevice,
  });
}
