const MEDIA = 'media are not served yet';
const RECEIPTS = 'receipts, recipients and channel metadata are not served yet';
const TEMPLATES = 'content templates are not served yet';

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
  'Message.getDetailedDeliveryReceipts()': RECEIPTS,
  'Message.getChannelMetadata()': RECEIPTS,
  'Message.getMessageRecipients()': RECEIPTS,
  'Conversation.getMessageRecipients()': RECEIPTS,
  'RestPaginator.nextPage()': RECEIPTS,
  'RestPaginator.prevPage()': RECEIPTS,
  'Message.getContentData()': TEMPLATES,
  'MessageBuilder.setContentTemplate()': TEMPLATES,
  'Client.getContentTemplates()': TEMPLATES,
};
