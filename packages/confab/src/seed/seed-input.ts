/** A seed as embedding programs write it: the same as in a file (docs/seeding.md). JSON may be given as text or as what it stands for. */
export interface SeedInput extends ServiceContents {
  readonly services?: readonly (ServiceContents & { readonly friendly_name: string })[];
}

interface ServiceContents {
  readonly roles?: readonly {
    readonly friendly_name: string;
    /** `conversation` when absent. */
    readonly type?: 'service' | 'conversation';
    readonly permissions: readonly string[];
  }[];
  readonly users?: readonly {
    readonly identity: string;
    readonly friendly_name?: string;
    readonly attributes?: unknown;
    /** Name of a service role. */
    readonly role?: string;
  }[];
  readonly conversations?: readonly ConversationInput[];
}

interface ConversationInput {
  readonly unique_name?: string;
  readonly friendly_name?: string;
  readonly attributes?: unknown;
  readonly state?: 'active' | 'inactive' | 'closed';
  /** ISO 8601 durations. */
  readonly inactive_timer?: string;
  readonly closed_timer?: string;
  readonly date_created?: string | Date;
  readonly participants?: readonly {
    readonly identity?: string;
    readonly address?: string;
    readonly proxy_address?: string;
    readonly projected_address?: string;
    readonly attributes?: unknown;
    /** Name of a conversation role. */
    readonly role?: string;
    readonly last_read_message_index?: number;
  }[];
  readonly messages?: readonly {
    readonly author?: string;
    readonly body?: string;
    readonly subject?: string;
    readonly attributes?: unknown;
    readonly date_created?: string | Date;
  }[];
}
