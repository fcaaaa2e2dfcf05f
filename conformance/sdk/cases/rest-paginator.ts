import type { ClassCases } from './case.ts';
import { paginatorMethods } from './message-details.ts';

export const restPaginatorCases: ClassCases = {
  className: 'RestPaginator',
  methods: paginatorMethods,
  events: {},
};
