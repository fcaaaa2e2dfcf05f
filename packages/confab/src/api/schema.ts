/** The part of JSON Schema (2020-12) that parameters and resources are described with. */
export interface Schema {
  readonly type?: SchemaType | readonly SchemaType[];
  readonly enum?: readonly (string | null)[];
  readonly format?: 'date-time' | 'uri';
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
}

type SchemaType = 'string' | 'integer' | 'boolean' | 'array' | 'object' | 'null';
