/** What a person is being asked on the page of activities. */
import type { AnswerOf } from '@mhb/device';
import type { GoalWithProgress } from './goal-words.ts';

export type Activity = AnswerOf<'get_activities'>[number];
export type Group = AnswerOf<'get_activity_groups'>[number];

export type Asking =
  | { readonly what: 'delete group' | 'edit group' | 'new activity'; readonly group: Group }
  | { readonly what: 'begin' | 'new group' }
  | { readonly what: 'edit' | 'move'; readonly activity: Activity }
  | {
      readonly what: 'goal';
      /** Of the activity or group. */
      readonly name: string;
      readonly on: { readonly activity_id: string } | { readonly group_id: string };
      /** The goal that is changed; a new one without. */
      readonly goal?: GoalWithProgress;
    };
