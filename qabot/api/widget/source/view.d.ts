import type { Localization } from "./localization.js";

/** The page around the widget, as far as what is shown depends on it. */
export interface HostPage {
  locale: Localization;
  /** Where to turn without an answer. */
  contact: string | null;
  /** Whose policies are searched; null for all. */
  company: string | null;
}

/** What is shown of an answer, or of why there is none. */
export interface View {
  /** The sentence that sums it up. */
  summary: string;
  /** Sentences with what has to be known beside it. */
  notes: string[];
  shown: (Node | null)[];
  /** Whether there is something to say "Was this helpful?" of. */
  isRated: boolean;
}
