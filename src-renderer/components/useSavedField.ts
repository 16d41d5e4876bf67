import { useEffect, useState } from "react";

interface SavedField {
  value: string;
  error: string | null;
  onChange: (event: { currentTarget: { value: string } }) => void;
  onBlur: () => void;
}

/** A text field that is saved when it is left. `save` returns the sentence that says what is wrong, or null; a refused text stays in the field. */
export function useSavedField(saved: string, save: (text: string) => string | null): SavedField {
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  // The draft stands until the saved value has caught up with it, so that nothing flickers back.
  useEffect(() => {
    if (draft === saved) setDraft(null);
  }, [draft, saved]);
  return {
    value: draft ?? saved,
    error,
    onChange: (event) => {
      setDraft(event.currentTarget.value);
      setError(null);
    },
    onBlur: () => {
      if (draft === null || draft === saved) return;
      const problem = save(draft);
      setError(problem);
      if (problem === null && draft.trim() !== draft) setDraft(draft.trim());
    },
  };
}
