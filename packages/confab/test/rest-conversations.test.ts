import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';

const MESSAGING_SERVICE = `MG${'a'.repeat(32)}`;

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const forms = () => ['/v1', `/v1/Services/${server.chatServiceSid}`];
  const api = () => server.client.conversations.v1.services(server.chatServiceSid).conversations;
  const msOf = (date: Date | undefined): number => date?.getTime() ?? Number.NaN;

  describe('a conversation', () => {
    it('takes and gives back every documented field, in both forms', async () => {
      for (const [number, base] of forms().entries()) {
        const made = await server.sendAs(`${base}/Conversations`, {
          form: {
            FriendlyName: 'Home Repair',
            UniqueName: `repair ${number}`,
            Attributes: '{ "topic": "feedback" }',
            MessagingServiceSid: MESSAGING_SERVICE,
            DateCreated: '2015-12-16T22:18:37Z',
            DateUpdated: '2015-12-16T22:18:38Z',
            State: 'INACTIVE',
            'Timers.Inactive': 'PT1M',
            'Timers.Closed': 'P1D',
            'Bindings.Email.Address': 'example@example.com',
            'Bindings.Email.Name': 'Example',
          },
        });
        expect(made).toMatchObject({
          status: 201,
          json: {
            friendly_name: 'Home Repair',
            unique_name: `repair ${number}`,
            attributes: '{ "topic": "feedback" }',
            messaging_service_sid: MESSAGING_SERVICE,
            date_created: '2015-12-16T22:18:37Z',
            date_updated: '2015-12-16T22:18:38Z',
            state: 'inactive',
            timers: { date_closed: expect.stringMatching(/Z$/) },
            bindings: { email: { projected_address: 'example@example.com', name: 'Example' } },
            url: expect.stringContaining(`${base}/Conversations/CH`),
          },
        });
        const path = `${base}/Conversations/repair%20${number}`;
        expect((await server.sendAs(path)).json).toEqual(made.json);
        const cleared = await server.sendAs(path, {
          form: {
            MessagingServiceSid: '',
            'Timers.Closed': 'PT0S',
            'Bindings.Email.Address': '',
            'Bindings.Email.Name': '',
            DateCreated: '2016-01-01',
          },
        });
        expect(cleared.json).toMatchObject({
          messaging_service_sid: null,
          timers: {},
          bindings: {},
          date_created: '2016-01-01T00:00:00Z',
          friendly_name: 'Home Repair',
        });
      }
    });

    it('has the timers of the account unless it is given its own', async () => {
      await server.store.write(({ db }) =>
        db
          .updateTable('accounts')
          .set({ default_inactive_timer: 'PT5M', default_closed_timer: 'PT0S' })
          .execute()
          .then(() => {}),
      );
      const plain = await api().create({});
      expect(plain.timers).toEqual({ date_inactive: expect.any(String) });
      const own = await api().create({ state: 'active', 'timers.inactive': '', 'timers.closed': 'PT10M' });
      expect(own.timers).toEqual({ date_closed: expect.any(String) });
      await server.store.write(({ db }) =>
        db
          .updateTable('accounts')
          .set({ default_inactive_timer: null })
          .execute()
          .then(() => {}),
      );
      expect((await api().create({})).timers).toEqual({});
    });

    it('refuses states and timers that cannot be, each with its code, and makes nothing then', async () => {
      const refused: readonly (readonly [form: Record<string, string>, code: number, parameter: string])[] = [
        [{ State: 'open' }, 50378, 'State'],
        [{ State: 'initializing' }, 50378, 'State'],
        [{ State: '' }, 50378, 'State'],
        [{ 'Timers.Inactive': 'PT1M' }, 50382, 'State'],
        [{ 'Timers.Closed': 'PT10M' }, 50382, 'State'],
        [{ State: 'active', 'Timers.Inactive': 'PT59S' }, 50375, 'Timers.Inactive'],
        [{ State: 'active', 'Timers.Closed': 'PT9M59.9S' }, 50376, 'Timers.Closed'],
        [{ State: 'active', 'Timers.Inactive': '60' }, 50379, 'Timers.Inactive'],
        [{ State: 'active', 'Timers.Inactive': 'P1M' }, 50379, 'Timers.Inactive'],
        [{ State: 'active', 'Timers.Closed': 'P999999D' }, 50380, 'Timers.Closed'],
        [{ MessagingServiceSid: 'MG1' }, 20001, 'MessagingServiceSid'],
        [{ DateCreated: 'yesterday' }, 20001, 'DateCreated'],
      ];
      for (const [form, code, parameter] of refused) {
        const answer = await server.sendAs('/v1/Conversations', { form: { UniqueName: 'refused', ...form } });
        expect(answer).toMatchObject({ status: 400, json: { code, details: { parameter } } });
      }
      expect(await server.sendAs('/v1/Conversations/refused')).toMatchObject({ status: 404 });
    });

    it('goes from state to state, and is closed for good', async () => {
      const { sid } = await api().create({
        uniqueName: 'closing',
        state: 'active',
        'timers.inactive': 'PT1M',
        'timers.closed': 'PT10M',
      });
      await api()(sid).participants.create({ identity: 'ada' });
      const message = await api()(sid).messages.create({ body: 'hello' });
      const inactive = await api()(sid).update({ state: 'inactive' });
      expect(inactive).toMatchObject({ state: 'inactive', timers: { date_closed: expect.any(String) } });
      expect(inactive.timers).not.toHaveProperty('date_inactive');
      await api()(sid).messages.create({ body: 'awake again' });
      const revived = await api()(sid).fetch();
      expect(revived).toMatchObject({ state: 'active', timers: { date_inactive: expect.any(String) } });
      expect(await api()(sid).update({ state: 'closed' })).toMatchObject({ state: 'closed', timers: {} });

      const closed = { status: 400, code: 50377 };
      const one = api()(sid);
      await expect(one.update({ friendlyName: 'x' })).rejects.toMatchObject(closed);
      await expect(one.update({ state: 'active' })).rejects.toMatchObject(closed);
      await expect(one.messages.create({ body: 'x' })).rejects.toMatchObject(closed);
      await expect(one.messages(message.sid).update({ body: 'x' })).rejects.toMatchObject(closed);
      await expect(one.messages(message.sid).remove()).rejects.toMatchObject(closed);
      await expect(one.participants.create({ identity: 'bob' })).rejects.toMatchObject(closed);
      await expect(one.participants('ada').update({ lastReadMessageIndex: 0 })).rejects.toMatchObject(closed);
      await expect(one.participants('ada').remove()).rejects.toMatchObject(closed);
      // What was said stays readable.
      expect((await one.messages.list()).map(({ body }) => body)).toEqual(['hello', 'awake again']);
      expect((await one.participants.list()).map(({ identity }) => identity)).toEqual(['ada']);
      expect(await one.remove()).toBe(true);
    });

    it('is deleted with all that is in it, whatever its state, and its unique name is free at once', async () => {
      const made = await api().create({ uniqueName: 'again' });
      await api()('again').participants.create({ identity: 'ada' });
      const { sid: messageSid } = await api()('again').messages.create({ body: 'gone' });
      expect(await server.sendAs(`/v1/Conversations/${made.sid}`, { method: 'DELETE' })).toMatchObject({
        status: 204,
        text: '',
      });
      const gone = { status: 404, json: { code: 20404 } };
      for (const base of forms()) {
        for (const path of ['', '/Messages', `/Messages/${messageSid}`, '/Participants', '/Participants/ada']) {
          expect(await server.sendAs(`${base}/Conversations/${made.sid}${path}`)).toMatchObject(gone);
        }
        expect(await server.sendAs(`${base}/Conversations/${made.sid}`, { method: 'DELETE' })).toMatchObject(gone);
        expect(await server.sendAs(`${base}/Conversations/again`, { form: { FriendlyName: 'x' } })).toMatchObject(gone);
      }
      expect((await api().list()).map(({ sid }) => sid)).not.toContain(made.sid);
      const mine = await server.sendAs('/v1/Users/ada/Conversations');
      expect(JSON.stringify(mine.json)).not.toContain(made.sid);
      const next = await api().create({ uniqueName: 'again' });
      expect(next.sid).not.toBe(made.sid);
      expect(await api()(next.sid).participants.create({ identity: 'ada' })).toMatchObject({ identity: 'ada' });
    });

    it('is found by state and by the date of its creation, newest first, page by page', async () => {
      const dates = [2010, 2012, 2011, 2013, 2011].map((year) => `${year}-06-01T12:00:00Z`);
      const sids: string[] = [];
      for (const [at, date] of dates.entries()) {
        const { sid } = await api().create({
          dateCreated: new Date(date),
          state: at % 2 === 0 ? 'closed' : 'inactive',
        });
        sids.push(sid);
      }
      const byDate = async (query: object) =>
        (await api().list({ pageSize: 2, ...query })).map(({ sid }) => sids.indexOf(sid));
      expect(await byDate({ startDate: '2010-01-01', endDate: '2013-12-31' })).toEqual([3, 1, 4, 2, 0]);
      expect(await byDate({ startDate: '2011-06-01T12:00:00Z', endDate: '2012-06-01T12:00:00Z' })).toEqual([1, 4, 2]);
      expect(await byDate({ endDate: '2011-06-01', state: 'closed' })).toEqual([4, 2, 0]);
      expect(await byDate({ startDate: '2030-01-01' })).toEqual([]);
      const inactive = (await api().list({ state: 'inactive', pageSize: 1 })).map(({ sid }) => sids.indexOf(sid));
      expect(inactive.slice(0, 2)).toEqual([3, 1]);
      const page = await api().page({ startDate: '2010-01-01', endDate: '2013-12-31', pageSize: 2 });
      const third = await (await page.nextPage())?.nextPage();
      const back = await third?.previousPage();
      expect(back?.instances.map(({ sid }) => sids.indexOf(sid))).toEqual([4, 2]);
      expect(msOf(third?.instances[0]?.dateCreated)).toBe(Date.parse('2010-06-01T12:00:00Z'));
      for (const query of [
        'StartDate=soon',
        'EndDate=2011-02-31',
        'State=open',
        'StartDate=2011&PageToken=PTeyJmcm9tIjoxfQ',
      ]) {
        expect(await server.sendAs(`/v1/Conversations?${query}`)).toMatchObject({ status: 400, json: { code: 20001 } });
      }
    });
  });
});
