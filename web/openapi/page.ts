/** The same description as a page to read: every route, what goes in, what comes out. Plain HTML, no script. */
import type { z } from 'zod';
import { schemaOf } from './document.ts';
import { OPERATIONS, type Operation } from './operations.ts';

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);

const schemaText = (schema: z.ZodType, io: 'input' | 'output'): string =>
  escaped(JSON.stringify(schemaOf(schema, io), null, 2));

const details = (title: string, type: string, schema: z.ZodType, io: 'input' | 'output'): string =>
  `<details><summary>${title}: <code>${type}</code></summary><pre>${schemaText(schema, io)}</pre></details>`;

function section({ method, path, summary, detail, body, reply }: Operation): string {
  return `<section>
<h2><code>${method.toUpperCase()} ${escaped(path)}</code></h2>
<p>${escaped(summary)}.</p>
${detail ? `<p>${escaped(detail)}</p>` : ''}
${body ? details('Send', body.type, body.schema, 'input') : ''}
${reply.type && reply.schema ? details(`Get ${reply.status}`, reply.type, reply.schema, 'output') : `<p>Get ${reply.status}, empty.</p>`}
</section>`;
}

export const openApiPage = (version: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sightline: the API</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/base.css">
<link rel="stylesheet" href="/api.css">
</head>
<body>
<main>
<h1>The API of Sightline ${escaped(version)}</h1>
<p>For programs: <a href="/openapi.json">openapi.json</a>. What begins with <code>/v1</code> works with clients written for
OpenAI’s API and takes a key where keys are set; the rest is what <a href="/">the room</a> itself uses.</p>
${OPERATIONS.map(section).join('\n')}
</main>
</body>
</html>
`;
