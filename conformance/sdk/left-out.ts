const MEDIA = 'shown by conformance/media.test.ts, not yet case by case';
const TEMPLATES = 'content templates are not served yet';

const UNREACHABLE = 'nothing of this release hands out such pages';

/** What has no case yet, with the reason that is printed. */
export const NOT_YET: Readonly<Record<string, string>> = {
  'Media.getContentTemporaryUrl()': MEDIA,
  'Message.getMediaByCategory()': MEDIA,
  'Message.getMediaByCategories()': MEDIA,
  'Message.getEmailBody()': MEDIA,
  'Message.getEmailHistory()': MEDIA,
  'Message.attachTemporaryUrlsFor()': MEDIA,
  'Message.getTemporaryContentUrlsForMedia()': MEDIA,
  'Message.getTemporaryContentUrlsForMediaSids()': MEDIA,
  'Message.getTemporaryContentUrlsForAttachedMedia()': MEDIA,
  'MessageBuilder.setEmailBody()': MEDIA,
  'MessageBuilder.setEmailHistory()': MEDIA,
  'MessageBuilder.addMedia()': MEDIA,
  'Client.getTemporaryContentUrlsForMediaSids()': MEDIA,
  'Client.getTemporaryContentUrlsForMedia()': MEDIA,
  'Message.getContentData()': TEMPLATES,
  'MessageBuilder.setContentTemplate()': TEMPLATES,
  'Client.getContentTemplates()': TEMPLATES,
};

/** What a release declares and no app can get at. */
export const UNREACHABLE_IN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '2.4.0': { 'RestPaginator.nextPage()': UNREACHABLE, 'RestPaginator.prevPage()': UNREACHABLE },
};
