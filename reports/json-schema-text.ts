import { z } from 'zod';

/** A schema as JSON Schema (draft 2020-12), as it is committed. */
export function jsonSchemaText(
  schema: z.ZodType,
  { id, title }: { readonly id: string; readonly title: string },
): string {
  const written = z.toJSONSchema(schema, { target: 'draft-2020-12' });
  return `${JSON.stringify({ $id: id, title, ...written }, null, 2)}\n`;
}
