import { simulateEverySecond } from './simulate-seeds.ts';

simulateEverySecond(1);
