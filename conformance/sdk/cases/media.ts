import { expect } from 'vitest';
import type { Message } from '../../support/sdk.ts';
import { heard } from '../heard.ts';
import type { Room } from '../stage.ts';
import type { Case, ClassCases } from './case.ts';

export const mediaCases: ClassCases = {
  className: 'Media',
  methods: {
    async getContentTemporaryUrl({ room }) {
      const [text] = attached((await withFiles(await room())).theirs);
      expect(text).toMatchObject({
        sid: expect.stringMatching(/^ME/),
        category: 'media',
        filename: 'täglich.txt',
        contentType: 'text/plain',
        size: 'grüße'.length + 2,
      });
      const url = await text?.getContentTemporaryUrl();
      expect(await downloaded(url)).toBe('grüße');
    },
  },
  events: {},
};

/** Files of a message: methods of Message. */
export const messageMediaMethods: Record<string, Case> = {
  async getMediaByCategory({ room }) {
    const { theirs } = await withFiles(await room());
    expect(namesOf(theirs.getMediaByCategory(['media']))).toEqual(['täglich.txt', 'points.json']);
    expect(namesOf(theirs.getMediaByCategory(['body', 'history']))).toHaveLength(2);
  },

  async getMediaByCategories({ room }) {
    const { theirs } = await withFiles(await room());
    expect(namesOf(theirs.getMediaByCategories(['media']))).toEqual(['täglich.txt', 'points.json']);
    expect(theirs.getMediaByCategories(['body', 'history'])?.map(({ category }) => category)).toEqual([
      'body',
      'history',
    ]);
  },

  async getEmailBody({ room }) {
    const { theirs } = await withFiles(await room());
    const body = theirs.getEmailBody('text/html');
    expect(body).toMatchObject({ category: 'body', contentType: 'text/html' });
    expect(await downloaded(await body?.getContentTemporaryUrl())).toBe('<p>Body</p>');
    expect(theirs.getEmailBody('text/plain')).toBeNull();
  },

  async getEmailHistory({ room }) {
    const { theirs } = await withFiles(await room());
    const history = theirs.getEmailHistory();
    expect(history).toMatchObject({ category: 'history', contentType: 'text/plain' });
    expect(await downloaded(await history?.getContentTemporaryUrl())).toBe('What was before');
    expect(theirs.getEmailHistory('text/html')).toBeNull();
  },

  async attachTemporaryUrlsFor({ room }) {
    const { theirs } = await withFiles(await room());
    const ready = await theirs.attachTemporaryUrlsFor(theirs.attachedMedia);
    const urls = await Promise.all(ready.map((media) => media.getContentTemporaryUrl()));
    expect(await Promise.all(urls.map(downloaded))).toEqual(CONTENTS);
  },

  async getTemporaryContentUrlsForMedia({ room }) {
    const { theirs } = await withFiles(await room());
    await areContents(theirs, await theirs.getTemporaryContentUrlsForMedia(attached(theirs)));
  },

  async getTemporaryContentUrlsForMediaSids({ room }) {
    const { theirs } = await withFiles(await room());
    await areContents(theirs, await theirs.getTemporaryContentUrlsForMediaSids(sidsOf(theirs)));
  },

  async getTemporaryContentUrlsForAttachedMedia({ room }) {
    const { theirs } = await withFiles(await room());
    await areContents(theirs, await theirs.getTemporaryContentUrlsForAttachedMedia());
  },
};

/** The same for files of any messages: methods of Client. */
export const clientMediaMethods: Record<string, Case> = {
  async getTemporaryContentUrlsForMediaSids({ room, bob, connect }) {
    const { theirs } = await withFiles(await room());
    await areContents(theirs, await bob.getTemporaryContentUrlsForMediaSids(sidsOf(theirs)));
    const stranger = await connect('stranger to files');
    await expect(Promise.resolve(stranger.getTemporaryContentUrlsForMediaSids(sidsOf(theirs)))).rejects.toThrow();
  },

  async getTemporaryContentUrlsForMedia({ room, bob }) {
    const [first, second] = [await withFiles(await room()), await withFiles(await room())];
    const files = [...attached(first.theirs), ...attached(second.theirs)];
    const urls = await bob.getTemporaryContentUrlsForMedia(files);
    expect([...urls.keys()].sort()).toEqual(files.map(({ sid }) => sid).sort());
  },
};

/** Files on their way into a message: methods of MessageBuilder. */
export const builderMediaMethods: Record<string, Case> = {
  async addMedia({ room }) {
    const { alices, bobs } = await room();
    const came = heard<Message>(bobs, 'messageAdded');
    const builder = alices.prepareMessage();
    expect(builder.addMedia({ contentType: 'image/png', filename: 'dot.png', media: PNG })).toBe(builder);
    await builder.build().send();
    const message = await came;
    expect([message.type, message.body]).toEqual(['media', null]);
    const [image] = attached(message);
    expect(image).toMatchObject({ contentType: 'image/png', filename: 'dot.png', size: PNG.length });
    const answer = await fetch((await image?.getContentTemporaryUrl()) ?? '');
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await answer.arrayBuffer()).equals(PNG)).toBe(true);
  },

  async setEmailBody({ room }) {
    const { alices } = await room();
    const builder = alices.prepareMessage();
    expect(builder.setEmailBody('text/html', text('<b>1</b>', 'text/html'))).toBe(builder);
    // The last one of a type counts.
    const message = await sentWith(await room(), (one) =>
      one.setEmailBody('text/html', text('first', 'text/html')).setEmailBody('text/html', text('last', 'text/html')),
    );
    expect(message.getMediaByCategories(['body'])).toHaveLength(1);
    expect(await downloaded(await message.getEmailBody('text/html')?.getContentTemporaryUrl())).toBe('last');
    expect(() => builder.setEmailBody('text/rtf', text('x', 'text/rtf')).build()).toThrow(/content type/);
  },

  async setEmailHistory({ room }) {
    const message = await sentWith(await room(), (one) =>
      one
        .setEmailHistory('text/plain', text('plain', 'text/plain'))
        .setEmailHistory('text/html', text('html', 'text/html')),
    );
    const histories = ['text/plain', 'text/html'].map((type) =>
      message.getEmailHistory(type)?.getContentTemporaryUrl(),
    );
    expect(await Promise.all(histories.map(async (url) => downloaded(await url)))).toEqual(['plain', 'html']);
  },
};

const CONTENTS = ['grüße', '{"points":[1,2]}'];
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

type Builder = ReturnType<Room['alices']['prepareMessage']>;

function text(media: string, contentType: string) {
  return { contentType, media: Buffer.from(media) };
}

/** A message with two files, an e-mail body and its history, as the other has it. */
async function withFiles(room: Room): Promise<{ theirs: Message }> {
  const [words = '', points = ''] = CONTENTS;
  const theirs = await sentWith(room, (builder) =>
    builder
      .setBody('With files')
      .addMedia({ ...text(words, 'text/plain'), filename: 'täglich.txt' })
      .addMedia({ ...text(points, 'application/vnd.points'), filename: 'points.json' })
      .setEmailBody('text/html', text('<p>Body</p>', 'text/html'))
      .setEmailHistory('text/plain', text('What was before', 'text/plain')),
  );
  expect(theirs.body).toBe('With files');
  return { theirs };
}

async function sentWith({ alices, bobs }: Room, fill: (builder: Builder) => Builder): Promise<Message> {
  const came = heard<Message>(bobs, 'messageAdded');
  await fill(alices.prepareMessage()).build().send();
  return came;
}

/** Files that are no part of an e-mail. */
function attached(message: Message) {
  return message.attachedMedia ?? [];
}

function sidsOf(message: Message): string[] {
  return attached(message).map(({ sid }) => sid);
}

function namesOf(files: readonly { filename: string | null }[] | null): unknown[] {
  return (files ?? []).map(({ filename }) => filename);
}

async function areContents(message: Message, urls: Map<string, string>): Promise<void> {
  expect(await Promise.all(sidsOf(message).map((sid) => downloaded(urls.get(sid))))).toEqual(CONTENTS);
}

async function downloaded(url: string | null | undefined): Promise<string> {
  const answer = await fetch(url ?? '');
  expect(answer.status).toBe(200);
  return answer.text();
}
