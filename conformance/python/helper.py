"""What a Python backend does with the official helper library, pointed at Confab. Told by environment variables; answers in JSON."""

import json
import os

from twilio.base.exceptions import TwilioRestException
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import ChatGrant
from twilio.rest import Client

account_sid = os.environ['ACCOUNT_SID']
client = Client(account_sid, os.environ['AUTH_TOKEN'])
# The only thing that differs from a program for the hosted API.
client.conversations.base_url = os.environ['BASE_URL']

conversation = client.conversations.conversations.create(
    friendly_name='Made in Python', unique_name='made-in-python', attributes=json.dumps({'from': 'python'})
)
participant = client.conversations.conversations(conversation.sid).participants.create(identity='guido')
message = client.conversations.conversations('made-in-python').messages.create(author='guido', body='Grüße 🐍')

long = client.conversations.conversations('long')
try:
    client.conversations.conversations.create(unique_name='made-in-python')
    refusal = None
except TwilioRestException as error:
    refusal = {'status': error.status, 'code': error.code, 'message': error.msg}

token = AccessToken(account_sid, os.environ['API_KEY'], os.environ['API_SECRET'], identity='guido')
token.add_grant(ChatGrant(service_sid=os.environ['CHAT_SERVICE_SID']))
jwt = token.to_jwt()

print(
    json.dumps(
        {
            'conversation': conversation.sid,
            'date_created': conversation.date_created.isoformat(),
            'participant': participant.identity,
            'message': message.body,
            'indexes': [one.index for one in long.messages.list(page_size=100)],
            'descending': [one.index for one in long.messages.stream(order='desc', limit=150)],
            'refusal': refusal,
            'token': jwt if isinstance(jwt, str) else jwt.decode(),
        }
    )
)
