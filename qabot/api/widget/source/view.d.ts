import type { Localization } from "./localization.js";

/** The page around the widget, as far as what is shown depends on it. */
export interface HostPage {
  locale: Localization;
  /** Where to turn without an answer. */
  contact: string | null;
  /** Whose policies the page is limited to; null: a visitor may choose. */
  company: string | null;
  /** The one company there is, or that the visitor chose; null: there are several. */
  only: string | null;
  /** Questions to begin with. */
  examples: string[];
  /** Asks a question in the visitor's place. */
  ask: (question: string) => void;
}

/** What is shown of an answer, or of why there is none. */
export interface View {
  /** What those hear who do not see: a sentence, never a quote. */
  announced: string;
  shown: (Node | null)[];
  /** Whether there is something to say "Was this helpful?" of. */
  isRated: boolean;
}
