import { expect } from 'vitest';
import type { ClassCases } from './case.ts';

export const contentTemplateVariableCases: ClassCases = {
  className: 'ContentTemplateVariable',
  methods: {
    async copyWithValue({ sdk }) {
      const variable = new sdk.library.ContentTemplateVariable('1', 'nobody');
      const copy = variable.copyWithValue('Zoë');
      expect([copy.name, copy.value, variable.value]).toEqual(['1', 'Zoë', 'nobody']);
      expect(copy).toBeInstanceOf(sdk.library.ContentTemplateVariable);
    },
  },
  events: {},
};
