/** A member of a tar. */
export interface TarFile {
  readonly name: string;
  readonly data: Uint8Array;
  /** as the header says it, where that is not the truth */
  readonly size?: string;
  readonly type?: string;
  readonly link?: string;
}

/** The header of a member, with its checksum. */
function header({ name, data, size, type = '0', link = '' }: TarFile): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write('0000644\0', 100);
  block.write(size ?? `${data.length.toString(8).padStart(11, '0')}\0`, 124, 12, 'latin1');
  block.write('        ', 148);
  block.write(type, 156);
  block.write(link, 157, 100);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A tar of the members as their headers say them, true or not, with the two empty blocks at its end. */
export function tarOf(members: readonly TarFile[], { end = 1024 }: { readonly end?: number } = {}): Buffer {
  const parts = members.flatMap((member) => {
    const padding = Buffer.alloc((512 - (member.data.length % 512)) % 512);
    return [header(member), member.data, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(end)]);
}
