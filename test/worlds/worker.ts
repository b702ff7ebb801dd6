/**
 * A process that runs the searches it is asked for.
 */
import { Met, SearchResult, search, survey } from './search';

export interface Question {
  readonly seed: number;
  readonly runs: number;
  readonly survey: boolean;
}

export type Answer = SearchResult & { readonly met?: readonly Met[] };

process.on('message', (question: Question) => {
  const answer: Promise<Answer> = question.survey ? survey(question.seed, question.runs) : search(question.seed, question.runs);
  answer.then((result) => process.send!(result), (error) => {
    console.error(error);
    process.exit(1);
  });
});
