"""Speech of others, behind the ports of `audio.speech`: Deepgram, ElevenLabs, OpenAI and whoever speaks like it."""
