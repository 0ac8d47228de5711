import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

/** The software driver of Vulkan that a Chromium of this machine brings, or that STEADFID_SWIFTSHADER names; null where there is none. */
export function softwareGpuPath(): string | null {
  return (
    [process.env['STEADFID_SWIFTSHADER'] ?? '', ...PLACES].find((path) => path !== '' && existsSync(path)) ??
    null
  );
}

/** What a process needs in its environment to take that driver, and no other. */
export function softwareGpuEnvironment(path: string, folder: string): Readonly<Record<string, string>> {
  return { VK_ICD_FILENAMES: path, XDG_RUNTIME_DIR: folder };
}
