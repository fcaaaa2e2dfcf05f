import { createHash } from 'node:crypto';
import type { Schema } from '../schema.ts';
import type { DescribedOperation } from './describe.ts';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
nav ul { columns: 14rem; list-style: none; padding: 0; }
h2 { margin-top: 3rem; border-bottom: 1px solid; }
h3 { margin-bottom: 0.25rem; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 0.25rem 1rem 0.25rem 0; text-align: left; vertical-align: top; }
.extension { border: 1px solid; border-radius: 0.25rem; font-size: 0.8em; padding: 0 0.4em; }
`;

/** The page loads nothing and runs nothing but its own style. */
export const PAGE_SECURITY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The same as the description in OpenAPI, for people. */
export function referencePage(operations: readonly DescribedOperation[]): string {
  const groups = Map.groupBy(operations, ({ resource }) => resource);
  const names = [...groups.keys()].map(({ name }) => name);
  const contents = names.map((name) => `<li><a href="#${anchor(name)}">${escaped(capital(name))}</a></li>`);
  const sections = [...groups].map(([resource, members]) => {
    const answers = table(
      ['Property', 'Value'],
      Object.entries(resource.properties).map(([name, schema]) => [code(name), valueText(schema)]),
    );
    return `<section><h2 id="${anchor(resource.name)}">${escaped(capital(resource.name))}</h2>
${[...Map.groupBy(members, ({ summary }) => summary).values()].map(operationSection).join('\n')}
<details><summary>Properties</summary>${answers}</details></section>`;
  });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Confab REST API</title><style>${STYLE}</style></head>
<body>
<h1>Confab REST API</h1>
<p>Requests are authenticated by HTTP Basic, with the account SID and its auth token, or with the SID and secret of an API key. Parameters are sent as a form; a list by repeating its name. Errors have a <code>code</code>, a <code>message</code> that says what to do, and <code>details</code> that name the parameter. For programs: <a href="openapi.json">openapi.json</a>.</p>
<nav><ul>${contents.join('')}</ul></nav>
${sections.join('\n')}
</body>
</html>
`;
}

/** One operation, in the forms that it has. */
function operationSection(forms: readonly DescribedOperation[]): string {
  const [first] = forms;
  if (first === undefined) return '';
  const { summary, params, permission, statuses, extension } = first;
  const calls = forms.map(({ method, path }) => code(`${method} ${path}`)).join('<br>');
  const rows = Object.entries(params).map(([name, { required, schema }]) => [
    `${code(name)}${required ? ' (required)' : ''}`,
    valueText(schema),
  ]);
  const mark = extension ? ' <span class="extension">extension</span>' : '';
  return `<h3>${escaped(summary)}${mark}</h3>
<p>${calls}</p>
<p>Answers ${statuses.join(' or ')}. Permission ${code(permission)}.</p>
${rows.length === 0 ? '' : table(['Parameter', 'Value'], rows)}`;
}

function table(head: string[], rows: string[][]): string {
  const line = (cell: string, parts: string[]) =>
    `<tr>${parts.map((part) => `<${cell}>${part}</${cell}>`).join('')}</tr>`;
  return `<table><thead>${line('th', head)}</thead><tbody>${rows.map((row) => line('td', row)).join('')}</tbody></table>`;
}

function valueText({ type, enum: values, format, items, minimum, maximum, maxItems, description }: Schema): string {
  const kind =
    format === 'date-time' ? 'time in ISO 8601' : format === 'uri' ? 'URL' : [type ?? 'any'].flat().join(' or ');
  const range = [minimum === undefined ? '' : `from ${minimum}`, maximum === undefined ? '' : `to ${maximum}`];
  const parts = [
    values === undefined ? kind : values.map((value) => code(String(value))).join(', '),
    ...range,
    items === undefined ? '' : `of ${valueText(items)}`,
    maxItems === undefined ? '' : `at most ${maxItems}`,
    description === undefined ? '' : `(${escaped(description)})`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

function anchor(name: string): string {
  return escaped(name.toLowerCase().replaceAll(' ', '-'));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
