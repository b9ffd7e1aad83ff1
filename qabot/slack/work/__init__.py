"""Work: each question in Slack gets its one reply, by one rule.

1. A delivery is stored as work before Slack is told that it arrived. While the store is away it is
   refused, so that Slack sends it again; commands and buttons, which Slack does not send again, get
   a sentence that asks to repeat them.
2. An id made from team, channel and time of the message, or from the event where there is no
   message, names both the work and its reply (`client_msg_id`): by it the store knows a second
   delivery, and Slack a second reply.
3. A process holds the work that it takes on by a lease, and renews it while the work is under way.
   Once the lease has run out, any process may take the work up; after the store was away it waits
   one lease longer, so that the holder can renew it, or say that the work is done.
4. A reply goes out only when the store says that this attempt is the latest one, and work is over
   only when the store has recorded that it is done.
5. Only the store remembers work.
"""
