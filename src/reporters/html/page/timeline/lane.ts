import type { PageModel } from '../../model.ts';
import type { TimeScale } from './scale.ts';

/** What a lane draws with. */
export interface Drawing {
  readonly model: PageModel;
  readonly scale: TimeScale;
  /** Of the lane, in the whole drawing. */
  readonly top: number;
  readonly height: number;
}

export interface Lane {
  readonly label: string;
  /** Below the label, in small. */
  readonly hint?: string;
  readonly height: number;
  draw(drawing: Drawing): SVGElement | readonly SVGElement[];
}
