import type { Twilio } from 'twilio';

/** What messages are made of beside text. */
export interface Sendable {
  contentSid: string;
  /** Of the service; not sent yet. */
  mediaSid: string;
}

/** Makes a template, and a file in the service: the official library knows no way to upload one. */
export async function makeSendable(
  { url, accountSid, authToken }: { url: string; accountSid: string; authToken: string },
  client: Twilio,
  serviceSid: string,
): Promise<Sendable> {
  const template = { friendly_name: 'greeting', language: 'en', types: { 'twilio/text': { body: 'Hello {{1}}' } } };
  const { sid: contentSid } = await client.content.v1.contents.create(template as never);
  const answer = await fetch(`${url}/v1/Services/${serviceSid}/Media`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}`, 'content-type': 'text/plain' },
    body: 'a file',
  });
  const { sid: mediaSid } = (await answer.json()) as { sid: string };
  return { contentSid, mediaSid };
}
