import {useEffect, useState} from "preact/hooks";

import {get} from "./api";
import {userPart} from "./format";
import {text} from "./text";
import type {Device, User} from "./types";

/** What people call this kind of phone; the verdict of a call uses the same words. */
export function kindOf(device: Device): string {
  const agent = device.user_agent.toLowerCase();
  const provider = device.provider ?? "";
  if (agent.includes("ios") || agent.includes("iphone") || provider.startsWith("apns")) return text.device.iphone;
  if (agent.includes("android") || provider === "fcm") return text.device.android;
  if (provider === "webpush") return text.device.browser;
  return device.token ? text.device.mobile : text.device.desk;
}

const owners = new Map<string, Promise<string>>();

function ownerOf(aor: string): Promise<string> {
  let owner = owners.get(aor);
  if (!owner) {
    owner = get<User>(`users/${encodeURIComponent(aor)}`)
      .then((user) => user.display_name || userPart(aor))
      .catch(() => userPart(aor));
    owners.set(aor, owner);
  }
  return owner;
}

export function forgetOwners(): void {
  owners.clear();
}

async function nameOf(id: number): Promise<[number, string]> {
  const device = await get<Device>(`devices/${id}`).catch(() => null);
  if (!device) return [id, text.call.gone];
  return [id, text.device.of(kindOf(device), await ownerOf(device.aor))];
}

/** The names of devices by id, as they become known. */
export function useDeviceNames(ids: number[]): Map<number, string> {
  const [names, set] = useState(new Map<number, string>());
  const key = [...new Set(ids)].sort((a, b) => a - b).join(",");
  useEffect(() => {
    let wanted = true;
    const missing = key.split(",").filter(Boolean).map(Number);
    void Promise.all(missing.map(nameOf)).then((found) => wanted && set(new Map(found)));
    return () => void (wanted = false);
  }, [key]);
  return names;
}
