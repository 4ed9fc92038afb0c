import { posix } from 'node:path';
import { Unevaluated } from '../hcl/expressions/datum.ts';
import { type Frame, type Include, type Run, refusedAt, unknownAt } from './run.ts';

/** The file that an include block brings in, as it is evaluated for the one that includes it; or why nobody can read it. */
export async function includedFrame(run: Run, frame: Frame, include: Include): Promise<Frame | Unevaluated> {
  const { path, name } = include;
  if (path instanceof Unevaluated) return path;
  const { file } = frame;
  const block = file.body.blocks.find(({ type, labels }) => type === 'include' && (labels[0] ?? '') === name);
  const place = { file, span: block?.body.attributes.get('path')?.value ?? { start: 0, end: 0 } };
  run.touched.add(path);
  switch (await run.library.kind(path)) {
    case 'absent':
      return refusedAt(place, `there is no file ${run.library.relative(path)}`);
    case 'outside':
      return unknownAt(place, `${posix.basename(path)} is outside the audited root; it was not read`);
    case 'directory':
    case 'other':
      return refusedAt(place, `${run.library.relative(path)} is no file`);
    case 'file': {
      const included = await run.library.config(path);
      if ('problem' in included) return unknownAt(place, included.problem.message);
      return { ...frame, file: included, included: true };
    }
  }
}
