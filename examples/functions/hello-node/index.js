// Greets whoever the event names: {"name": "Ada"}.

exports.main_handler = async (event, context) => {
  const name = event?.name ?? 'world';
  console.log(`request ${context.request_id} for ${context.function_name}`);
  console.log(`greeting ${name}`);
  return { greeting: `Hello, ${name}!`, at: new Date().toISOString() };
};
