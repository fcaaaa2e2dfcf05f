/** What an app needs to know to make tokens. */
export interface SnippetValues {
  accountSid: string;
  apiKeySid: string;
  /** Only one that was just made; otherwise the environment has it. */
  apiSecret: string | undefined;
  serviceSid: string;
  identity: string;
}

export interface Snippet {
  label: string;
  /** How its library is installed. */
  install: string;
  code: (values: SnippetValues) => string;
}

/** In single quotes, for languages where nothing but these and the backslash means anything between them. */
const single = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
const double = (text: string) => JSON.stringify(text);

/** A token in each language that has an official library (docs/access-tokens.md has the same at length). */
export const SNIPPETS: readonly Snippet[] = [
  {
    label: 'JavaScript',
    install: 'npm install twilio',
    code: (v) => `import twilio from 'twilio';
const { AccessToken } = twilio.jwt;

const token = new AccessToken(
  ${single(v.accountSid)},
  ${single(v.apiKeySid)},
  ${v.apiSecret === undefined ? 'process.env.TWILIO_API_SECRET' : single(v.apiSecret)},
  { identity: ${single(v.identity)}, ttl: 14400 },
);
token.addGrant(new AccessToken.ChatGrant({ serviceSid: ${single(v.serviceSid)} }));
console.log(token.toJwt());
`,
  },
  {
    label: 'Python',
    install: 'pip install twilio',
    code: (v) => `import os

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import ChatGrant

token = AccessToken(
    ${single(v.accountSid)},
    ${single(v.apiKeySid)},
    ${v.apiSecret === undefined ? "os.environ['TWILIO_API_SECRET']" : single(v.apiSecret)},
    identity=${single(v.identity)},
    ttl=14400,
)
token.add_grant(ChatGrant(service_sid=${single(v.serviceSid)}))
print(token.to_jwt())
`,
  },
  {
    label: 'C#',
    install: 'dotnet add package Twilio',
    code: (v) => `using System;
using System.Collections.Generic;
using Twilio.Jwt.AccessToken;

var grants = new HashSet<IGrant> { new ChatGrant { ServiceSid = ${double(v.serviceSid)} } };
var token = new Token(
    ${double(v.accountSid)},
    ${double(v.apiKeySid)},
    ${v.apiSecret === undefined ? 'Environment.GetEnvironmentVariable("TWILIO_API_SECRET")' : double(v.apiSecret)},
    identity: ${double(v.identity)},
    expiration: DateTime.UtcNow.AddHours(4),
    grants: grants);
Console.WriteLine(token.ToJwt());
`,
  },
  {
    label: 'Java',
    install: 'com.twilio.sdk:twilio',
    code: (v) => `import com.twilio.jwt.accesstoken.AccessToken;
import com.twilio.jwt.accesstoken.ChatGrant;
import java.nio.charset.StandardCharsets;

public class Example {
  public static void main(String[] args) {
    ChatGrant grant = new ChatGrant();
    grant.setServiceSid(${double(v.serviceSid)});

    String secret = ${v.apiSecret === undefined ? 'System.getenv("TWILIO_API_SECRET")' : double(v.apiSecret)};
    AccessToken token = new AccessToken.Builder(
            ${double(v.accountSid)},
            ${double(v.apiKeySid)},
            secret.getBytes(StandardCharsets.UTF_8))
        .identity(${double(v.identity)})
        .ttl(14400)
        .grant(grant)
        .build();
    System.out.println(token.toJwt());
  }
}
`,
  },
  {
    label: 'Go',
    install: 'go get github.com/twilio/twilio-go',
    code: (v) => `package main

import (
	"fmt"
	"log"${v.apiSecret === undefined ? '\n\t"os"' : ''}

	"github.com/twilio/twilio-go/client/jwt"
)

func main() {
	token := jwt.CreateAccessToken(jwt.AccessTokenParams{
		AccountSid:    ${double(v.accountSid)},
		SigningKeySid: ${double(v.apiKeySid)},
		Secret:        ${v.apiSecret === undefined ? 'os.Getenv("TWILIO_API_SECRET")' : double(v.apiSecret)},
		Identity:      ${double(v.identity)},
		Ttl:           14400,
	})
	token.AddGrant(&jwt.ChatGrant{ServiceSid: ${double(v.serviceSid)}})

	signed, err := token.ToJwt()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(signed)
}
`,
  },
  {
    label: 'PHP',
    install: 'composer require twilio/sdk',
    code: (v) => `<?php
require_once __DIR__ . '/vendor/autoload.php';

use Twilio\\Jwt\\AccessToken;
use Twilio\\Jwt\\Grants\\ChatGrant;

$grant = new ChatGrant();
$grant->setServiceSid(${single(v.serviceSid)});

$token = new AccessToken(
    ${single(v.accountSid)},
    ${single(v.apiKeySid)},
    ${v.apiSecret === undefined ? "getenv('TWILIO_API_SECRET')" : single(v.apiSecret)},
    14400,
    ${single(v.identity)}
);
$token->addGrant($grant);
echo $token->toJWT(), PHP_EOL;
`,
  },
  {
    label: 'Ruby',
    install: 'gem install twilio-ruby',
    code: (v) => `require 'twilio-ruby'

grant = Twilio::JWT::AccessToken::ChatGrant.new
grant.service_sid = ${single(v.serviceSid)}

token = Twilio::JWT::AccessToken.new(
  ${single(v.accountSid)},
  ${single(v.apiKeySid)},
  ${v.apiSecret === undefined ? "ENV.fetch('TWILIO_API_SECRET')" : single(v.apiSecret)},
  [grant],
  identity: ${single(v.identity)},
  ttl: 14_400
)
puts token.to_jwt
`,
  },
];

/** How a client connects: the one option that differs from the hosted service. */
export function clientSnippet(socketUrl: string): string {
  return `import { Client } from '@twilio/conversations';

const client = new Client(token, { Twilsock: { uri: ${single(socketUrl)} } });
client.on('initialized', async () => {
  const { items } = await client.getSubscribedConversations();
  console.log(items.map(({ sid, friendlyName }) => \`\${sid} \${friendlyName}\`));
});
`;
}
