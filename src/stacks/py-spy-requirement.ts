import { isAtLeast } from '../version-order.ts';

/** The py-spy that is installed when none is found. Its one binary a platform needs no Python to run. */
export const pySpyVersion = '0.4.3';

/** Older ones cannot read current interpreters: 3.14 needs 0.4.2. */
export const oldestPySpyVersion = '0.4.2';

/** True when `auto` takes a py-spy of this version. */
export function isCurrentPySpy(version: string): boolean {
  return isAtLeast(version, oldestPySpyVersion);
}

/** SHA-256 of every wheel of that version; pip installs nothing else. */
const wheelHashes = [
  'b4e22d1fbc22bffa7d8e43c8b13daf47f56f14dbdbc813590093df81f0a971c6', // macosx_10_12_universal2.macosx_10_12_x86_64.macosx_11_0_arm64
  '89ccab893c89b65f8f45bd51f8173294eaeebefbfc4252345681de8048420437', // macosx_11_0_arm64
  'a21b6958bf1200ff225c4f360834a77f7e12556ac11dcd863e26c9345b468783', // manylinux1_i686.manylinux_2_5_i686
  '8a4277225f470d394a85cca0cdd944bef87f0097b6f20150a6dd3ac2e92806b8', // manylinux1_x86_64.manylinux_2_5_x86_64
  'bbcec46930d464b3bfc142d6d02ade4dd8ad5627823263b3eff0280e80c7c132', // manylinux2014_aarch64.manylinux_2_17_aarch64
  '885d61020f763792e99cb3ad0788ae424b73cef45d5420ec9683f30e270b5d75', // manylinux2014_armv7l.manylinux_2_17_armv7l
  'b14e00fddd4bfb12628e5c04b7d22c6754ae4c31bdfad0728adbe091ed26445f', // win_amd64
  '7de40c2903602a7cca888c26cc5d37aed004a7fd07b5258d1a14356c00540974', // win_arm64
];

/** A requirements file for `pip install --require-hashes`. */
export function pySpyRequirement(): string {
  const hashes = wheelHashes.map((hash) => `    --hash=sha256:${hash}`);
  return [`py-spy==${pySpyVersion}`, ...hashes].join(' \\\n').concat('\n');
}
