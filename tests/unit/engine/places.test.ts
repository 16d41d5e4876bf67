import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { judgePlace, type PlaceFacts, placeOf } from "../../../src-main/engine/places.ts";

const mounts = [
  "25 30 0:23 / /proc rw - proc proc rw",
  "30 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw",
  "60 30 8:17 / /media/anna/STICK\\040ONE rw,nosuid - vfat /dev/sdb1 rw",
  "61 30 8:33 / /media/anna/Disk rw - ext4 /dev/sdc1 rw",
  "62 30 0:50 / /mnt/office rw - cifs //server/share rw",
  "63 30 0:51 / /home/anna/remote rw - fuse.sshfs anna@host:/ rw",
].join("\n");
const linux: PlaceFacts = {
  platform: "linux",
  home: "/home/anna",
  environment: {},
  mounts,
  isRemovable: (device) => device === "8:33",
};
const windows: PlaceFacts = {
  platform: "win32",
  home: "C:\\Users\\Anna",
  environment: { OneDriveCommercial: "C:\\Users\\Anna\\OneDrive - Example" },
  mounts: "",
  isRemovable: () => false,
};
const mac: PlaceFacts = { ...linux, platform: "darwin", home: "/Users/anna", mounts: "" };

describe("where a file lies", () => {
  it.each([
    ["/home/anna/work/a.fieldbook", "local"],
    ["/media/anna/STICK ONE/a.fieldbook", "removable"],
    ["/media/anna/Disk/a.fieldbook", "removable"],
    ["/mnt/office/a.fieldbook", "network"],
    ["/mnt/office2/a.fieldbook", "local"],
    ["/home/anna/remote/a.fieldbook", "network"],
    ["/home/anna/Dropbox/Acme/a.fieldbook", "cloud"],
    ["/home/anna/Nextcloud/a.fieldbook", "cloud"],
    ["/home/anna/OneDrive - Example/a.fieldbook", "cloud"],
    ["/home/anna/work/dropbox.fieldbook", "local"],
  ])("%s is %s on Linux", (path, place) => {
    expect(judgePlace(path, linux)).toBe(place);
  });

  it.each([
    ["/Users/anna/Documents/a.fieldbook", "local"],
    ["/Volumes/STICK/a.fieldbook", "removable"],
    ["/Users/anna/Library/CloudStorage/OneDrive-Example/a.fieldbook", "cloud"],
    ["/Users/anna/Library/Mobile Documents/com~apple~CloudDocs/a.fieldbook", "cloud"],
  ])("%s is %s on macOS", (path, place) => {
    expect(judgePlace(path, mac)).toBe(place);
  });

  it.each([
    ["\\\\server\\share\\a.fieldbook", "network"],
    ["E:\\a.fieldbook", "removable"],
    ["C:\\Users\\Anna\\Documents\\a.fieldbook", "local"],
    ["C:\\Users\\Anna\\OneDrive - Example\\a.fieldbook", "cloud"],
    ["C:\\Users\\Anna\\Dropbox\\a.fieldbook", "cloud"],
  ])("%s is %s on Windows", (path, place) => {
    expect(judgePlace(path, windows)).toBe(place);
  });

  it("is told for the real machine too", () => {
    expect(placeOf(join(tmpdir(), "a.fieldbook"))).toMatch(/^(local|removable|network|cloud)$/);
    expect(placeOf("/no/such/folder/a.fieldbook")).toMatch(/^(local|removable|network)$/);
  });
});
