import { Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type NetworkSettings, networkSettings } from "../../../src-main/contract/settings.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { useSavedField } from "../../components/useSavedField.ts";
import { settingToText, textToSetting } from "./network-values.ts";
import classes from "./settings.module.css";

type Field = keyof NetworkSettings;
interface Row {
  field: Field;
  label: string;
  help: string;
  sentence: string;
  isWide?: boolean;
}

const seconds = (least: string, most: string) => `Enter seconds between ${least} and ${most}.`;

const rows: readonly Row[] = [
  {
    field: "resolver",
    label: "Resolver",
    help: "Empty uses the system’s resolver",
    sentence: "Enter a host and port such as 192.0.2.53:53.",
  },
  {
    field: "comparisonResolvers",
    label: "Resolvers asked beside it",
    help: "Public ones, parted by commas; none when empty",
    sentence: "Enter at most six addresses such as 192.0.2.53, parted by commas.",
  },
  {
    field: "dohResolver",
    label: "Resolver by HTTPS",
    help: "Used when none is named above, or port 53 is intercepted",
    sentence: "Enter an address such as https://dns.example.com/dns-query.",
  },
  {
    field: "selfTestPortal",
    label: "Address that finds captive portals",
    help: "Answers 204 without contents; not asked when empty",
    sentence: "Enter an address such as http://example.com/generate_204.",
  },
  {
    field: "ehloName",
    label: "Name given in EHLO",
    help: "What servers see in their logs",
    sentence: "Enter a host name.",
  },
  { field: "dnsTimeout", label: "DNS answer, seconds", help: "For each question", sentence: seconds("0.1", "60") },
  {
    field: "connectTimeout",
    label: "Connection, seconds",
    help: "Until a port opens",
    sentence: seconds("0.1", "300"),
  },
  {
    field: "greetingTimeout",
    label: "SMTP greeting, seconds",
    help: "15 s is normal, 300 s allowed",
    sentence: seconds("1", "600"),
  },
  { field: "replyTimeout", label: "SMTP reply, seconds", help: "After each command", sentence: seconds("1", "600") },
  {
    field: "greylistWait",
    label: "Greylisting, seconds",
    help: "Before the next try",
    sentence: seconds("0", "600"),
  },
  { field: "ldapTimeout", label: "Directory, seconds", help: "For each request", sentence: seconds("0.1", "300") },
  {
    field: "smtpPort",
    label: "SMTP port",
    help: "25 outside rehearsals",
    sentence: "Enter a port between 1 and 65535.",
  },
  {
    field: "submissionPort",
    label: "Submission port",
    help: "587 outside rehearsals",
    sentence: "Enter a port between 1 and 65535.",
  },
  {
    field: "httpsPort",
    label: "HTTPS port",
    help: "443 outside rehearsals",
    sentence: "Enter a port between 1 and 65535.",
  },
  {
    field: "authoritativePort",
    label: "Name server port",
    help: "53 outside rehearsals",
    sentence: "Enter a port between 1 and 65535.",
  },
];

export function NetworkFields({ network }: { network: NetworkSettings }) {
  const update = useMutation(api.settings.update.mutationOptions());
  const save = (field: Field, sentence: string) => (text: string) => {
    const value = networkSettings.shape[field].safeParse(textToSetting(field, text));
    if (!value.success) return sentence;
    update.mutate({ network: { [field]: value.data } });
    return null;
  };
  return (
    <div className={classes.fields}>
      {rows.map(({ field, label, help, sentence }) => (
        <NetworkField
          key={field}
          {...{ label, help }}
          saved={settingToText(field, network[field])}
          save={save(field, sentence)}
        />
      ))}
      <Authorities
        saved={network.extraAuthorities}
        save={save("extraAuthorities", "Paste certificates in PEM form, at most 200 000 characters.")}
      />
      <FailureNotice error={update.error} title="The change was not saved." />
    </div>
  );
}

interface NetworkFieldProps {
  label: string;
  help: string;
  saved: string;
  save: (text: string) => string | null;
}

function NetworkField({ label, help, saved, save }: NetworkFieldProps) {
  return <TextInput label={label} description={help} {...useSavedField(saved, save)} />;
}

function Authorities({ saved, save }: Pick<NetworkFieldProps, "saved" | "save">) {
  return (
    <Textarea
      className={classes.wide ?? ""}
      label="Further certificate authorities"
      description="PEM certificates trusted besides the well-known ones, such as the customer’s own"
      rows={4}
      spellCheck={false}
      classNames={{ input: classes.pem ?? "" }}
      placeholder="-----BEGIN CERTIFICATE-----"
      {...useSavedField(saved, save)}
    />
  );
}
