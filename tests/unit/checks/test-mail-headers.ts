/** Headers as real servers write them, with names and addresses of our own. Newest line first. */
const gatewayToGmail = (host = "eu-smtp-delivery-124.vendor.example", address = "192.0.2.124") =>
  `Received: from ${host} (${host}. [${address}])
        by mx.google.com with ESMTPS id 4fb4d7f45d1cf-6a1b2c3d4e5si1234567a12.345.2026.11.23.02.00.09
        for <tester@outside.example>
        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);
        Mon, 23 Nov 2026 02:00:09 -0800 (PST)`;

const customerToGateway = `Received: from mail.acme.example (mail.acme.example [198.51.100.5]) by relay.vendor.example with ESMTP with STARTTLS
 (version=TLSv1.2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id uk-mta-91-AbCdEfGhIjKlMnOpQrSt-1; Mon, 23 Nov 2026
 10:00:05 +0000`;

const internalPostfix = `Received: from desk.acme.example (unknown [10.0.0.7])
\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
\t key-exchange X25519 server-signature RSA-PSS (2048 bits))
\t(No client certificate requested)
\tby mail.acme.example (Postfix) with ESMTPSA id 4F2A11234
\tfor <tester@outside.example>; Mon, 23 Nov 2026 11:00:01 +0100 (CET)`;

const gmailResults = (spf = "pass", dkim = "pass", dmarc = "pass", domain = "acme.example") =>
  `Received-SPF: ${spf} (google.com: domain of ada@acme.example designates 192.0.2.124 as permitted sender) client-ip=192.0.2.124;
Authentication-Results: mx.google.com;
       dkim=${dkim} header.i=@${domain} header.s=mc20260101 header.b=AbCdEf;
       spf=${spf} (google.com: domain of ada@acme.example designates 192.0.2.124 as permitted sender) smtp.mailfrom=ada@acme.example;
       dmarc=${dmarc} (p=NONE sp=NONE dis=NONE) header.from=acme.example`;

const signature = `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=acme.example;
\ts=mc20260101; t=1795428005;
\th=from:from:subject:subject:date:message-id:to:mime-version; bh=AbC=; b=AbCdEf`;

const top = `Delivered-To: tester@outside.example
Received: by 2002:a05:6402:34cd:b0:67a:1234:5678 with SMTP id w13csp123456edc;
        Mon, 23 Nov 2026 02:00:10 -0800 (PST)
Return-Path: <ada@acme.example>`;

const identity = (from = "Ada Byron <ada@acme.example>") => `From: ${from}
To: tester@outside.example
Subject: =?UTF-8?Q?Test_mail_=E2=80=93_step_3?=
Date: Mon, 23 Nov 2026 10:00:00 +0000
Message-ID: <abc@acme.example>
MIME-Version: 1.0`;

export interface OutboundParts {
  gateway?: string | null;
  results?: string | null;
  from?: string;
}

/** A mail from acme.example through the gateway to a Gmail mailbox, as “Show original” gives it. */
export const outboundHeader = ({ gateway = gatewayToGmail(), results = gmailResults(), from }: OutboundParts = {}) =>
  [
    top,
    gateway ?? [],
    results ?? [],
    signature,
    gateway === null ? [] : customerToGateway,
    internalPostfix,
    identity(from),
  ]
    .flat()
    .join("\n");

const exchangeHop = `Received: from AM0PR01MB1234.eurprd01.prod.outlook.com (2603:10a6:208:1::5) by
 DB9PR01MB5678.eurprd01.prod.outlook.com (2603:10a6:10:2::6) with Microsoft SMTP
 Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id
 15.20.9412.21; Mon, 23 Nov 2026 10:00:12 +0000`;
const gatewayToExchange = `Received: from eu-smtp-delivery-124.vendor.example (192.0.2.124) by
 AM0PR01MB1234.mail.protection.outlook.com (10.167.16.1) with Microsoft SMTP Server
 (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.9412.8 via Frontend
 Transport; Mon, 23 Nov 2026 10:00:09 +0000`;
const outsideToGateway = `Received: from mx.outside.example (mx.outside.example [203.0.113.9]) by eu-smtp-inbound-1.vendor.example with ESMTP with STARTTLS
 (version=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384) id uk-mta-12-zyx-1; Mon, 23 Nov 2026 10:00:04 +0000`;
const directToExchange = `Received: from mx.outside.example (203.0.113.9) by
 AM0PR01MB1234.mail.protection.outlook.com (10.167.16.1) with Microsoft SMTP Server id 15.20.9412.8; Mon, 23 Nov 2026 10:00:09 +0000`;

export interface InboundParts {
  through?: "gateway" | "direct";
  original?: string | null;
  more?: string;
  from?: string;
}

/** A mail from outside through the gateway into Microsoft 365, as Outlook shows it. */
export const inboundHeader = ({ through = "gateway", original = "203.0.113.9", more, from }: InboundParts = {}) =>
  [
    exchangeHop,
    "Authentication-Results: spf=pass (sender IP is 203.0.113.9)",
    " smtp.mailfrom=outside.example; dkim=none (message not signed)",
    " header.d=none;dmarc=bestguesspass action=none",
    " header.from=outside.example;compauth=pass reason=109",
    through === "gateway" ? [gatewayToExchange, outsideToGateway] : directToExchange,
    more ?? [],
    identity(from ?? "Tester <tester@outside.example>"),
    original === null ? [] : `X-MS-Exchange-ExternalOriginalInternetSender: ip=[${original}];domain=mx.outside.example`,
  ]
    .flat()
    .join("\n");
